import type { AdminClient } from './admin.ts';
import { type Access, kubeconfig } from './kubeconfig.ts';

/** A cluster as somebody who hands out tokens in it sees it. */
export interface TokenSource {
  server: string;
  ca: string | undefined;
  admin: AdminClient;
}

const A_WEEK_S = 7 * 24 * 3600;

/**
 * A way in for a ServiceAccount, made if it is not there: what agents use in real life, and what every
 * provider can give. In audit logs it is `system:serviceaccount:<namespace>:<name>`.
 */
export async function serviceAccountAccess(
  { server, ca, admin }: TokenSource,
  account: { namespace: string; name: string },
): Promise<Access> {
  const { namespace, name } = account;
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}`;
  await admin.apply(path, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
  const request = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: A_WEEK_S },
  };
  const answer = (await admin.call('POST', `${path}/token`, request)) as { status: { token: string } };
  return { server, ca, credentials: { token: answer.status.token } };
}

/** The same as a kubeconfig; its context is named for the account. */
export async function serviceAccountKubeconfig(
  cluster: TokenSource,
  account: { namespace: string; name: string },
): Promise<string> {
  return kubeconfig({ [account.name]: await serviceAccountAccess(cluster, account) });
}
