import { KubeConfig } from '@kubernetes/client-node';
import type { Access } from './kubeconfig.ts';

/** A kubeconfig that somebody else wrote: its current context as we use it, and the whole as text. */
export interface ReadKubeconfig {
  access: Access;
  text: string;
}

/** Reads a file; `file#context` picks another context than the current one. Credential plugins are run, once. */
export async function readKubeconfigFile(entry: string): Promise<ReadKubeconfig> {
  const [file = '', context] = entry.split('#');
  const config = new KubeConfig();
  config.loadFromFile(file);
  if (context !== undefined) config.setCurrentContext(context);
  return await currentOf(config, entry);
}

/** Reads a kubeconfig from text; `origin` names it in errors. */
export async function readKubeconfigText(text: string, origin: string): Promise<ReadKubeconfig> {
  const config = new KubeConfig();
  config.loadFromString(text);
  return await currentOf(config, origin);
}

async function currentOf(config: KubeConfig, origin: string): Promise<ReadKubeconfig> {
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) throw new Error(`kubeconfig ${origin}: its current context names no cluster`);
  const options: Parameters<typeof config.applyToHTTPSOptions>[0] = {};
  await config.applyToHTTPSOptions(options);
  const ca = options.ca === undefined ? undefined : String(options.ca);
  return { access: { server, ca, credentials: credentialsOf(options, origin) }, text: config.exportConfig() };
}

function credentialsOf(
  options: { cert?: unknown; key?: unknown; headers?: unknown },
  origin: string,
): Access['credentials'] {
  if (options.cert !== undefined && options.key !== undefined) {
    return { cert: String(options.cert), key: String(options.key) };
  }
  const { Authorization } = (options.headers ?? {}) as { Authorization?: string };
  const token = Authorization?.match(/^Bearer (.+)$/)?.[1];
  if (token === undefined) throw new Error(`kubeconfig ${origin}: neither a client certificate nor a token`);
  return { token };
}
