import { isMap, parseDocument } from 'yaml';
import type { IConfigMap } from '#apis/kubernetes/config-map.ts';
import type { ISecret } from '#apis/kubernetes/secret.ts';
import {
  CLUSTER_ID_ANNOTATION,
  CLUSTER_SET_UID_ANNOTATION,
  INVITATION_ANNOTATION,
} from '#src/install/member-hub-access.ts';

/** A cluster's way to the hub, as it lies in its agent's Secret and ConfigMap. */
export interface HubAccess {
  clusterId: string | undefined;
  clusterSetUID: string | undefined;
  invitation: string | undefined;
  token: string;
  /** URL of the hub; undefined where the ConfigMap is not there yet. */
  server: string | undefined;
  /** A kubeconfig that needs no files beside it; undefined where it cannot be made. */
  kubeconfig: string | undefined;
}

/**
 * Reads what `join` writes, and what charts and people put in their place: a kubeconfig, whole or beside its files. It
 * comes from a cluster, and is used elsewhere: files that are not in the Secret are not named any more, and no program
 * is run for it.
 */
export function hubAccessOf(secret: ISecret, configMap: IConfigMap | undefined): HubAccess {
  const { annotations = {} } = secret.metadata;
  const files = Object.fromEntries(
    Object.entries(secret.data ?? {}).map(([name, value]) => [
      name,
      Buffer.from(value, 'base64').toString('utf8'),
    ]),
  );
  const whole = inlined(files['kubeconfig'] ?? configMap?.data?.['kubeconfig'], files);
  return {
    clusterId: annotations[CLUSTER_ID_ANNOTATION],
    clusterSetUID: annotations[CLUSTER_SET_UID_ANNOTATION],
    invitation: annotations[INVITATION_ANNOTATION],
    token: files['token']?.trim() ?? '',
    server: whole?.server,
    kubeconfig: whole?.text,
  };
}

/** The kubeconfig with the contents of the files that it names: those of the Secret, which are mounted beside it. */
function inlined(
  text: string | undefined,
  files: Readonly<Record<string, string>>,
): { text: string; server: string | undefined } | undefined {
  if (text === undefined) return undefined;
  const document = parseDocument(text, { prettyErrors: false });
  if (document.errors.length > 0 || !isMap(document.contents)) return undefined;
  const value: Record<string, unknown> = Object(document.toJS());
  for (const { cluster } of entries(value['clusters'])) {
    replace(cluster, 'certificate-authority', 'certificate-authority-data', (name) => base64(files[name]));
  }
  for (const { user } of entries(value['users'])) {
    replace(user, 'tokenFile', 'token', (name) => files[name]?.trim());
    replace(user, 'client-certificate', 'client-certificate-data', (name) => base64(files[name]));
    replace(user, 'client-key', 'client-key-data', (name) => base64(files[name]));
  }
  for (const { cluster, user } of [...entries(value['clusters']), ...entries(value['users'])]) {
    for (const key of FOREIGN) {
      delete cluster?.[key];
      delete user?.[key];
    }
  }
  const server: unknown = entries(value['clusters'])[0]?.cluster?.['server'];
  return { text: JSON.stringify(value), server: typeof server === 'string' ? server : undefined };
}

/** What would read files of this machine, and send them to whatever server is named; or start programs. */
const FOREIGN = [
  'certificate-authority',
  'client-certificate',
  'client-key',
  'tokenFile',
  'token-file',
  'exec',
  'auth-provider',
];

interface Entry {
  cluster?: Record<string, unknown>;
  user?: Record<string, unknown>;
}

function entries(list: unknown): Entry[] {
  return Array.isArray(list) ? list.map((entry) => Object(entry)) : [];
}

function replace(
  where: Record<string, unknown> | undefined,
  file: string,
  content: string,
  read: (name: string) => string | undefined,
): void {
  const name = where?.[file];
  if (where === undefined || typeof name !== 'string') return;
  const text = read(name.slice(name.lastIndexOf('/') + 1));
  if (text === undefined) return;
  delete where[file];
  where[content] = text;
}

function base64(text: string | undefined): string | undefined {
  return text === undefined ? undefined : Buffer.from(text).toString('base64');
}
