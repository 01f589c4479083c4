import type { ClusterOptions } from './cluster-options.ts';

/** Flags of `tombolo leave`. */
export interface LeaveOptions extends ClusterOptions {
  timeout: string;
  force?: true;
  dryRun?: 'client' | 'server';
  output?: 'yaml' | 'json';
}
