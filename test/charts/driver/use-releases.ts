import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { ClusterSpec } from '#test/clusters/provider.ts';
import { type ClustersInUse, useClusters } from '#test/clusters/use-clusters.ts';
import { Releases } from './release.ts';
import { toolsOf } from './use-helms.ts';

/** The clusters of a describe block, with nothing of Tombolo in them, and a folder of its own for files. */
export interface ReleasesInUse extends ClustersInUse {
  readonly folder: string;
  /** A cluster by its name, the hub's included. */
  on(name: string): Releases;
}

/** Gives a describe block a hub and members to install charts on, with one of the Helms. */
export function useReleases(
  helmName: string,
  specs: { hub: ClusterSpec; members: readonly ClusterSpec[] },
): ReleasesInUse {
  const clusters = useClusters(specs);
  let folder: string | undefined;
  const releases = new Map<string, Releases>();
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tombolo-charts-'));
    const tools = await toolsOf(helmName);
    for (const cluster of [clusters.hub, ...clusters.set.members]) {
      releases.set(cluster.name, new Releases(cluster, tools, folder));
    }
  });
  afterAll(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });
  return {
    get folder() {
      if (folder === undefined) throw new Error('the folder is there only while tests and hooks run');
      return folder;
    },
    get set() {
      return clusters.set;
    },
    get hub() {
      return clusters.hub;
    },
    member: (name) => clusters.member(name),
    on(name) {
      const found = releases.get(name);
      if (found === undefined) throw new Error(`there is no cluster ${name}`);
      return found;
    },
  };
}
