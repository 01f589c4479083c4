import { parse } from 'yaml';

/** How to reach one API server with a client certificate: plain data, so that it can be sent to another process. */
export interface Access {
  /** `https://127.0.0.1:6443` */
  server: string;
  /** PEM. */
  ca: string;
  /** PEM. */
  cert: string;
  /** PEM. */
  key: string;
}

interface Kubeconfig {
  'current-context'?: string;
  contexts?: { name: string; context: { cluster: string; user: string } }[];
  clusters?: { name: string; cluster: { server?: string; 'certificate-authority-data'?: string } }[];
  users?: {
    name: string;
    user: { 'client-certificate-data'?: string; 'client-key-data'?: string };
  }[];
}

/**
 * Reads the access of one context (the current one unless told). The benchmark's own programs speak raw
 * HTTP and know client certificates with inline data only; anything else throws.
 */
export function accessFrom(kubeconfig: string, contextName?: string): Access {
  // The shape is checked field by field below: whatever is missing ends in the error.
  const config = parse(kubeconfig) as Kubeconfig;
  const wanted = contextName ?? config['current-context'];
  const context = config.contexts?.find(({ name }) => name === wanted)?.context;
  const cluster = config.clusters?.find(({ name }) => name === context?.cluster)?.cluster;
  const user = config.users?.find(({ name }) => name === context?.user)?.user;
  const ca = cluster?.['certificate-authority-data'];
  const cert = user?.['client-certificate-data'];
  const key = user?.['client-key-data'];
  if (!cluster?.server || !ca || !cert || !key) {
    throw new Error(`context ${wanted} of the kubeconfig has no server, CA and client certificate inline`);
  }
  const decode = (base64: string) => Buffer.from(base64, 'base64').toString('utf8');
  return { server: cluster.server, ca: decode(ca), cert: decode(cert), key: decode(key) };
}
