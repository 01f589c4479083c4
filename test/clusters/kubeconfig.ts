import { stringify } from 'yaml';

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
  const entries = Object.entries(accesses);
  return stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: entries.map(([name, access]) => ({ name, cluster: clusterOf(access) })),
      users: entries.map(([name, access]) => ({ name, user: userOf(access.credentials) })),
      contexts: entries.map(([name]) => ({ name, context: { cluster: name, user: name } })),
      'current-context': entries[0]?.[0] ?? '',
    },
    { lineWidth: 0 },
  );
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
