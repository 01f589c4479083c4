import type { ClusterOptions } from './cluster-options.ts';

/** Flags of `tombolo check`. */
export interface CheckOptions extends ClusterOptions {
  pre?: true;
  clustersetDomain: string;
  output?: 'json' | 'short';
}
