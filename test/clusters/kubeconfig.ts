import { parse, stringify } from 'yaml';

/** How somebody proves who they are. */
export type Credentials = { cert: string; key: string } | { token: string };

/** One way into one cluster. */
export interface Access {
  /** `https://host:port` */
  server: string;
  /** PEM; absent: the system's authorities. */
  ca?: string | undefined;
  credentials: Credentials;
}

/** A kubeconfig with one context per entry, named by its key; the first is current. Certificates are inlined. */
export function kubeconfig(accesses: Readonly<Record<string, Access>>): string {
  return document(
    Object.entries(accesses).map(([name, access]) => ({
      name,
      cluster: clusterOf(access),
      user: userOf(access.credentials),
    })),
  );
}

/**
 * One kubeconfig out of several: each one's current context under the given name, the first one current.
 *
 * @throws Error naming the kubeconfig whose current context is missing or incomplete.
 */
export function mergeKubeconfigs(texts: readonly (readonly [name: string, text: string])[]): string {
  return document(texts.map(([name, text]) => currentEntry(name, text)));
}

interface Entry {
  name: string;
  cluster: object;
  user: object;
}

function document(entries: readonly Entry[]): string {
  return stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: entries.map(({ name, cluster }) => ({ name, cluster })),
      users: entries.map(({ name, user }) => ({ name, user })),
      contexts: entries.map(({ name }) => ({ name, context: { cluster: name, user: name } })),
      'current-context': entries[0]?.name ?? '',
    },
    { lineWidth: 0 },
  );
}

function currentEntry(name: string, text: string): Entry {
  const config = parse(text) as {
    'current-context'?: string;
    contexts?: { name: string; context: { cluster: string; user: string } }[];
    clusters?: { name: string; cluster: object }[];
    users?: { name: string; user: object }[];
  };
  const context = config.contexts?.find((entry) => entry.name === config['current-context'])?.context;
  const cluster = config.clusters?.find((entry) => entry.name === context?.cluster)?.cluster;
  const user = config.users?.find((entry) => entry.name === context?.user)?.user;
  if (cluster === undefined || user === undefined) {
    throw new Error(`kubeconfig of ${name}: its current context does not lead to a cluster and a user`);
  }
  return { name, cluster, user };
}

function clusterOf({ server, ca }: Access): Record<string, string> {
  return ca === undefined ? { server } : { server, 'certificate-authority-data': base64(ca) };
}

function userOf(credentials: Credentials): Record<string, string> {
  return 'token' in credentials
    ? { token: credentials.token }
    : {
        'client-certificate-data': base64(credentials.cert),
        'client-key-data': base64(credentials.key),
      };
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
