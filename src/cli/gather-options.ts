import type { ClusterOptions } from './cluster-options.ts';

/** Flags of `tombolo gather`. */
export interface GatherOptions extends ClusterOptions {
  output?: string;
  logLines: string;
}
