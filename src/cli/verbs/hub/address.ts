import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { configMaps } from '#apis/kubernetes/config-map.ts';
import { IDENTITY_NAMESPACE } from '#apis/kubernetes/namespace.ts';
import { ConfigError } from '#src/config/error.ts';
import { loadKubeconfig } from '#src/kube/kubeconfig.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import type { Target } from '../../clusters/targets.ts';
import { Exit } from '../../exit.ts';

/** Where members find the hub, and how they know it. */
export interface HubAddress {
  server: string;
  /** Base64 of PEM. */
  certificateAuthorityData: string;
}

/**
 * The hub's URL, the kubeconfig's unless another is given, and its CA: the kubeconfig's, or else the one that the
 * cluster gives to its pods. Throws a ConfigError for a URL that is no good, and an Exit where there is no CA.
 */
export async function hubAddress(
  hub: Target,
  given: string | undefined,
): Promise<HubAddress & { warnings: readonly string[] }> {
  const { config, server: own } = loadKubeconfig({ path: hub.kubeconfigPath }, hub.context);
  const server = given === undefined ? own : checked(given);
  const { caData, caFile } = config.getCurrentCluster() ?? {};
  const pem = caData ? undefined : caFile ? await readFile(caFile, 'utf8') : await rootCa(hub);
  const certificateAuthorityData = caData ?? Buffer.from(pem ?? '').toString('base64');
  const warnings = isLoopback(server)
    ? [`${server} is this machine's own: members reach the hub elsewhere; say --server URL`]
    : [];
  if (new URL(server).protocol !== 'https:') {
    throw new ConfigError([
      `${server} is not https, and members do not send tokens in the clear: say --server URL`,
    ]);
  }
  return { server, certificateAuthorityData, warnings };
}

function checked(server: string): string {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url?.protocol === 'https:' && url.username === '' && url.search === '' && url.hash === '') {
    return server.replace(/\/+$/, '');
  }
  throw new ConfigError([
    `--server=${JSON.stringify(server)}: is no https URL; use for example https://hub:6443`,
  ]);
}

/** Whether the URL means the machine that it is used on. */
export function isLoopback(server: string): boolean {
  const { hostname } = new URL(server);
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) === 4) return host.startsWith('127.') || host === '0.0.0.0';
  return host === '::1' || host === '::' || host === 'localhost' || host.endsWith('.localhost');
}

async function rootCa(hub: Target): Promise<string> {
  const key = { namespace: IDENTITY_NAMESPACE, name: 'kube-root-ca.crt' };
  const found = await orAbsent(hub.client.get(configMaps, key, { timeoutMs: hub.timeoutMs }));
  const pem = found?.data?.['ca.crt'];
  if (pem !== undefined && pem !== '') return pem;
  throw new Exit(1, [
    `${hub.context}: its kubeconfig names no CA, and there is no ConfigMap ${key.namespace}/${key.name}: ` +
      'give a kubeconfig with certificate-authority-data',
  ]);
}
