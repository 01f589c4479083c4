import type { ClusterOptions } from './cluster-options.ts';

/** Flags of `tombolo trace`. */
export interface TraceOptions extends ClusterOptions {
  /** False: nothing is run in the clusters. */
  probe: boolean;
  image?: string;
  probeTimeout: string;
  clustersetDomain: string;
  output?: 'json' | 'yaml';
}
