import type { ClusterOptions } from './cluster-options.ts';

/** Flags of `tombolo join`. */
export interface JoinOptions extends ClusterOptions {
  /** A file, or `-` for standard input. */
  bundle: string;
  clusterId?: string;
  image?: string;
  probe: boolean;
  wait: 'true' | 'false';
  timeout: string;
  tokenLife: string;
  takeOver?: true;
  dryRun?: 'client' | 'server';
  output?: 'yaml' | 'json';
  outputDir?: string;
}

/** For whoever names several clusters to a verb that is about one. */
export const ONE_AT_A_TIME = 'one cluster at a time: give --context once';
