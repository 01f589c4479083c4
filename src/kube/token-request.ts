import type { CallOptions, KubeClient } from './client.ts';

/** What a token is to be like. */
export interface TokenWish {
  expirationSeconds: number;
  /** The object that the token stands or falls with. */
  boundObjectRef?: { apiVersion: string; kind: string; name: string; uid: string };
}

/** A token of an account, and when it ends, as the API server says it. */
export interface IssuedToken {
  token: string;
  /** RFC 3339. */
  expires: string;
}

/** Asks an API server for a token of a ServiceAccount. Undefined where it answers without one; rejects as a KubeClient. */
export async function requestToken(
  client: Pick<KubeClient, 'request'>,
  { namespace, name }: { namespace: string; name: string },
  spec: TokenWish,
  options: CallOptions,
): Promise<IssuedToken | undefined> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const wish = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec };
  const reply: { status?: { token?: unknown; expirationTimestamp?: unknown } } = Object(
    await client.request('POST', path, wish, options),
  );
  const { token, expirationTimestamp: expires } = reply.status ?? {};
  if (typeof token !== 'string' || token === '' || typeof expires !== 'string') return undefined;
  return { token, expires };
}
