import { afterAll, beforeAll, beforeEach, type TestContext } from 'vitest';
import { writeSharedKubeconfig } from './describe.ts';
import { type Capability, type Cluster, type ClusterSpec, requireCapabilities } from './provider.ts';
import { type ClusterSet, startClusters } from './start.ts';

/** Long enough to build every program with a cold cache on two cores. */
const START_TIMEOUT_MS = 30 * 60_000;
/** A busy machine takes its time to end hundreds of processes and drop their control groups. */
const STOP_TIMEOUT_MS = 180_000;

/** The clusters of a test file, there from its first test on. */
export interface ClustersInUse {
  /** @throws when read outside of a running test or hook. */
  readonly set: ClusterSet;
  readonly hub: Cluster;
  /** @throws when there is none of that name. */
  member(name: string): Cluster;
}

/**
 * Gives a vitest file or describe block a hub and members of its own: started before its first test, ended
 * after its last. With KEEP_CLUSTERS=1 they stay when a test has failed, and their kubeconfig is printed.
 */
export function useClusters(specs: { hub: ClusterSpec; members: readonly ClusterSpec[] }): ClustersInUse {
  let started: ClusterSet | undefined;
  beforeAll(async () => {
    started = await startClusters(specs);
  }, START_TIMEOUT_MS);
  let failed = false;
  beforeEach(({ onTestFailed }) => {
    onTestFailed(() => {
      failed = true;
    });
  });
  afterAll(async () => {
    if (started === undefined) return;
    if (process.env['KEEP_CLUSTERS'] === '1' && failed) keep(started);
    else await started.stop();
  }, STOP_TIMEOUT_MS);
  const current = (): ClusterSet => {
    if (started === undefined) throw new Error('the clusters are there only while tests and hooks run');
    return started;
  };
  return {
    get set() {
      return current();
    },
    get hub() {
      return current().hub;
    },
    member(name) {
      const found = current().members.find((member) => member.name === name);
      if (found === undefined)
        throw new Error(`no member ${name}: there are ${specs.members.map((m) => m.name)}`);
      return found;
    },
  };
}

/** Skips the running test, saying why, when the cluster cannot do what it needs. */
export function skipWithout(context: TestContext, cluster: Cluster, ...needed: readonly Capability[]): void {
  const { skip } = requireCapabilities(cluster, ...needed);
  if (skip !== undefined) context.skip(skip);
}

function keep(set: ClusterSet): void {
  const kubeconfig = writeSharedKubeconfig(set);
  set.workspace.keep();
  process.stderr.write(
    `\nKEEP_CLUSTERS: still running, logs in ${set.workspace.file('logs')}\n` +
      `  export KUBECONFIG=${kubeconfig}\n  end them with: npm run clusters -- --clean\n`,
  );
}
