import type { ClusterOptions } from './cluster-options.ts';

/** Flags of `tombolo status`. */
export interface StatusOptions extends ClusterOptions {
  wait?: true;
  timeout: string;
  output?: 'json' | 'yaml';
}
