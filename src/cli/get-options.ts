import { ConfigError } from '#src/config/error.ts';
import type { ClusterOptions } from './cluster-options.ts';

export const KINDS = ['clusters', 'exports', 'imports', 'endpoints'] as const;
/** What `tombolo get` can show. */
export type Kind = (typeof KINDS)[number];

/** How `-o` may be said; those of the address book are below. */
export const FORMS = ['wide', 'json', 'yaml', 'name'] as const;
/** Lists of peers made of the address book. */
export const PEER_FORMS = ['hosts', 'env', 'etcd', 'mongodb', 'kafka'] as const;
export type PeerForm = (typeof PEER_FORMS)[number];

export interface GetOptions extends ClusterOptions {
  allNamespaces?: true;
  selector?: string;
  output?: (typeof FORMS)[number] | PeerForm;
  names?: true;
  port?: string;
  clustersetDomain: string;
}

/** Throws a ConfigError for flags that would be passed over in silence. */
export function checkFlags(kind: Kind, { names, output, port, allNamespaces }: GetOptions): void {
  if (names && kind !== 'endpoints') throw new ConfigError([`--names goes with endpoints, not with ${kind}`]);
  const ofPeers = PEER_FORMS.find((form) => form === output);
  if (ofPeers !== undefined && !names) {
    throw new ConfigError([`-o ${ofPeers} needs \`get endpoints --names\``]);
  }
  if (port !== undefined && (ofPeers === undefined || ofPeers === 'hosts')) {
    throw new ConfigError(['--port goes with -o env, etcd, mongodb or kafka']);
  }
  if (kind === 'clusters' && allNamespaces)
    throw new ConfigError(['clusters have no namespace: leave -A out']);
}
