import { afterAll, beforeAll } from 'vitest';
import type { Cluster, ClusterSpec } from '#test/clusters/provider.ts';
import { type SingleCluster, startCluster } from '#test/clusters/start.ts';
import type { Corefile } from './corefiles.ts';
import { OwnCoreDns } from './own-coredns.ts';
import { ALL_RIGHTS, accountOf, accountThatReads, type Readable } from './rights.ts';

/** How one CoreDNS is started. */
export interface Start {
  /** Of the process and of its ServiceAccount: a DNS label. */
  name: string;
  corefile: Corefile;
  /** What it may read; all that it needs unless told. */
  rights?: readonly Readable[];
}

/** One cluster, and as many CoreDNS for it as a file wants to compare. */
export interface Facts {
  readonly cluster: Cluster;
  start(start: Start): Promise<OwnCoreDns>;
  /** Those that it asked the API server for since it started, `verb resource`, sorted; `(some)`: with a selector. */
  watches(name: string): Promise<string[]>;
}

/** Gives a file a cluster of its own, from its first `beforeAll` on. */
export function useFacts(spec: Omit<ClusterSpec, 'name'> = {}): () => Facts {
  let running: SingleCluster | undefined;
  beforeAll(async () => {
    running = await startCluster({ name: 'facts', ...spec });
  });
  afterAll(() => running?.stop());
  return () => {
    if (running === undefined) throw new Error('the cluster is not there yet: ask for it within a test');
    const { cluster, workspace } = running;
    return {
      cluster,
      start: async ({ name, corefile, rights = ALL_RIGHTS }) =>
        OwnCoreDns.start(workspace, name, await accountThatReads(cluster, name, rights), corefile),
      watches: async (name) => {
        const entries = await cluster.audit.entries({ user: accountOf(name) });
        return entries
          .filter(({ verb }) => verb === 'watch')
          .map(({ resource, uri }) => `${resource}${uri.includes('labelSelector=') ? ' (some)' : ''}`)
          .sort();
      },
    };
  };
}
