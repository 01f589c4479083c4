import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { isMap, isScalar, parseDocument } from 'yaml';
import { KubeConfig } from './client-node.ts';

/** Where a kubeconfig comes from. A file is read again when it changes; relative paths in it start at its folder. */
export type KubeconfigSource = { path: string } | { text: string } | { inCluster: true };

/** A kubeconfig cannot be used; the message is one line that says which, why, and what was expected. */
export class KubeconfigError extends Error {
  override readonly name = 'KubeconfigError';
}

/** One context of a kubeconfig, checked, and alone in its KubeConfig: nothing of other contexts can leak in. */
export interface LoadedKubeconfig {
  config: KubeConfig;
  /** Base URL of the API server, without a slash at the end. */
  server: string;
  /** Where a token is to be read from, again and again. */
  tokenFile: string | undefined;
  /** How messages name it: `context hub of /etc/tombolo/hub.yaml`. */
  title: string;
  /** The whole file or text as it was read; undefined in a pod. */
  text: string | undefined;
}

const SERVICE_ACCOUNT_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

type Entry = Record<string, unknown>;

/**
 * Reads and checks a kubeconfig. Throws a KubeconfigError for a file that cannot be read, that is not a
 * kubeconfig, whose context, cluster or user is missing, or that would send credentials in the clear. Returns
 * `last` itself where the text is the same: parsing costs what a request does.
 */
export function loadKubeconfig(
  source: KubeconfigSource,
  context: string | undefined,
  last?: LoadedKubeconfig,
): LoadedKubeconfig {
  if ('inCluster' in source) return loadInCluster();
  const origin = 'path' in source ? source.path : 'the given kubeconfig';
  const folder = 'path' in source ? dirname(source.path) : undefined;
  const text = 'path' in source ? read(source.path) : source.text;
  if (text === last?.text) return last;
  const document = parse(text, origin);

  const wanted = context ?? stringAt(document, 'current-context');
  if (wanted === undefined) {
    throw new KubeconfigError(`${origin}: no context is asked for and it has no current-context`);
  }
  const title = `context ${wanted} of ${origin}`;
  const chosen = find(document, 'contexts', wanted, `${origin}: there is no context ${wanted}`);
  const clusterName = stringAt(chosen, 'cluster');
  if (clusterName === undefined) throw new KubeconfigError(`${title} names no cluster`);
  const cluster = find(document, 'clusters', clusterName, `${title} names a cluster that is missing`);
  const userName = stringAt(chosen, 'user');
  if (userName === undefined) {
    throw new KubeconfigError(`${title} names no user: there are no credentials to present`);
  }
  const user = find(document, 'users', userName, `${title} names a user that is missing`);

  // client-node reads this one once and for ever, and not below the kubeconfig's folder.
  const { tokenFile, 'token-file': oldTokenFile, ...rest } = user;
  const config = new KubeConfig();
  const only = {
    clusters: [{ name: clusterName, cluster }],
    users: [{ name: userName, user: rest }],
    contexts: [{ name: wanted, context: chosen }],
    'current-context': wanted,
  };
  const server = checkServer(
    stringAt(cluster, 'server'),
    cluster['insecure-skip-tls-verify'] === true,
    title,
  );
  config.loadFromString(JSON.stringify(only));
  if (folder !== undefined) config.makePathsAbsolute(folder);
  return { config, server, tokenFile: resolve(tokenFile ?? oldTokenFile, folder), title, text };
}

function loadInCluster(): LoadedKubeconfig {
  const title = 'the in-cluster configuration';
  const config = new KubeConfig();
  config.loadFromCluster();
  const { clusters, contexts, currentContext } = config;
  const server = clusters[0]?.server;
  // client-node writes the absent variables of the environment into the URL.
  if (server === undefined || server.includes('undefined')) {
    throw new KubeconfigError(`${title}: KUBERNETES_SERVICE_HOST and _PORT are not set; this is no pod`);
  }
  // The user without its token file: the token is read by us, as for any other kubeconfig.
  const users = config.users.map(({ name }) => ({ name }));
  config.loadFromOptions({ clusters, contexts, users, currentContext });
  return { config, server, tokenFile: SERVICE_ACCOUNT_TOKEN, title, text: undefined };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') throw new KubeconfigError(`kubeconfig ${path} does not exist`);
    throw new KubeconfigError(`kubeconfig ${path} cannot be read: ${String(code ?? error)}`);
  }
}

function parse(text: string, origin: string): Entry {
  // No pretty errors: they quote the file, and what they quote may be a token.
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    throw new KubeconfigError(`${origin} is not YAML: ${error.code} at character ${error.pos[0]}`);
  }
  if (!isMap(document.contents) || !document.contents.items.every(({ key }) => isScalar(key))) {
    throw new KubeconfigError(`${origin} is not a kubeconfig: it holds no mapping`);
  }
  const value: unknown = document.toJS();
  return isEntry(value) ? value : {};
}

/** The `cluster`, `user` or `context` of the list entry with this name. */
function find(document: Entry, list: string, name: string, missing: string): Entry {
  const listed = document[list];
  const entries = Array.isArray(listed) ? listed.filter(isEntry) : [];
  const found = entries.find((entry) => entry['name'] === name);
  if (found === undefined) {
    const known = entries.map((entry) => String(entry['name'])).join(', ');
    throw new KubeconfigError(`${missing}; ${list} has ${known === '' ? 'none' : known} (wanted ${name})`);
  }
  const content = found[list.slice(0, -1)];
  return isEntry(content) ? content : {};
}

function checkServer(server: string | undefined, skipsVerification: boolean, title: string): string {
  if (server === undefined || !URL.canParse(server)) {
    throw new KubeconfigError(`${title}: the cluster's server is not a URL`);
  }
  const { protocol } = new URL(server);
  if (protocol === 'http:' && !skipsVerification) {
    throw new KubeconfigError(
      `${title}: server ${server} is not https: credentials would travel in the clear; ` +
        'set insecure-skip-tls-verify if that is meant',
    );
  }
  if (protocol !== 'https:' && protocol !== 'http:') {
    throw new KubeconfigError(`${title}: server ${server} is neither https nor http`);
  }
  return server.replace(/\/+$/, '');
}

function resolve(file: unknown, folder: string | undefined): string | undefined {
  if (typeof file !== 'string' || file === '') return undefined;
  return folder === undefined || isAbsolute(file) ? file : join(folder, file);
}

function stringAt(entry: Entry, key: string): string | undefined {
  const value = entry[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
