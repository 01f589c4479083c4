import { ask } from '#test/resolver/resolve.ts';
import type { AdminClient } from '../admin.ts';
import { type Access, kubeconfig } from '../kubeconfig.ts';
import type { Workspace } from '../machine/workspace.ts';
import type { DnsAddress } from '../provider.ts';
import { serviceAccountAccess, type TokenSource } from '../service-account.ts';
import { corefile } from './corefile.ts';

const ACCOUNT = { namespace: 'kube-system', name: 'test-coredns' };
const RBAC = 'rbac.authorization.k8s.io';
const MCS_CRD =
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/serviceimports.multicluster.x-k8s.io';

/**
 * Starts CoreDNS for a cluster and waits until it has read everything and answers over UDP and TCP.
 *
 * @throws when the cluster has no ServiceImport CRD: CoreDNS would answer from nothing.
 */
export async function startCoreDns(
  workspace: Workspace,
  binary: string,
  name: string,
  cluster: TokenSource,
): Promise<DnsAddress> {
  const access = await coreDnsAccess(name, cluster);
  const [port, readyPort] = [await workspace.port(), await workspace.port()];
  const config = workspace.write(`${name}-coredns.kubeconfig`, kubeconfig({ [name]: access }));
  const text = corefile({ bind: '127.0.0.1', port, readyPort, kubeconfig: config });
  const program = await workspace.launch({
    name: `${name}/coredns`,
    command: binary,
    args: ['-conf', workspace.write(`${name}-Corefile`, text)],
  });
  await program.ready(() => isSynced(readyPort));
  const dns = { server: '127.0.0.1', port };
  await program.ready(() => answers(dns));
  return dns;
}

/** An identity for CoreDNS that may read what it needs and no more. */
export async function coreDnsAccess(name: string, cluster: TokenSource): Promise<Access> {
  if ((await cluster.admin.send('GET', MCS_CRD)).status !== 200) {
    throw new Error(`CoreDNS for ${name}: install the MCS CRDs first (ClusterSpec.crds)`);
  }
  await grantReading(cluster.admin);
  return await serviceAccountAccess(cluster, ACCOUNT);
}

/** Whether CoreDNS has read every kind that it serves from. */
export async function isSynced(readyPort: number): Promise<boolean> {
  return (await fetch(`http://127.0.0.1:${readyPort}/ready`)).ok;
}

/** Whether the one Service that every cluster has is known, in whatever family, over both protocols. */
export async function answers({ server, port }: DnsAddress): Promise<boolean> {
  const question = { server, port, name: 'kubernetes.default.svc.cluster.local', type: 'A' } as const;
  const replies = await Promise.all([
    ask({ ...question, protocol: 'udp' }),
    ask({ ...question, protocol: 'tcp' }),
  ]);
  return replies.every(({ rcode }) => rcode === 'NOERROR');
}

/** Lets a ServiceAccount read all that CoreDNS serves from. */
export async function grantReading(
  admin: AdminClient,
  { name, namespace }: { name: string; namespace: string } = ACCOUNT,
): Promise<void> {
  const verbs = ['list', 'watch'];
  await admin.apply(`/apis/${RBAC}/v1/clusterroles/${name}`, {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: { name },
    rules: [
      { apiGroups: [''], resources: ['services', 'namespaces'], verbs },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs },
      { apiGroups: ['multicluster.x-k8s.io'], resources: ['serviceimports'], verbs },
    ],
  });
  await admin.apply(`/apis/${RBAC}/v1/clusterrolebindings/${name}`, {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  });
}
