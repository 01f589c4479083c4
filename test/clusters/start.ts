import { chooseProvider } from './choose.ts';
import { Workspace } from './machine/workspace.ts';
import { Progress } from './progress.ts';
import type { Cluster, ClusterProvider, ClusterSpec } from './provider.ts';

export interface StartOptions {
  provider?: ClusterProvider;
  progress?: Progress;
  /** See WorkspaceOptions.signals. */
  signals?: 'end' | 'caller';
}

/** Clusters that live and end together. */
export interface RunningClusters {
  /** Everything of them is in here: ports, files, programs; take what a test needs besides from it, too. */
  readonly workspace: Workspace;
  /** Ends all of them and removes every file; resolves when no process is left. */
  stop(): Promise<void>;
}

export interface ClusterSet extends RunningClusters {
  readonly hub: Cluster;
  readonly members: readonly Cluster[];
}

export interface SingleCluster extends RunningClusters {
  readonly cluster: Cluster;
}

const USUAL_START_MS = 8_000;
/** With a node. */
const USUAL_NODE_START_MS = 15_000;
/** Without a progress of the caller's, only what takes long is reported: a build, not a start. */
const QUIET_MS = 15_000;

/**
 * Builds or fetches everything that any cluster may need, so that the first test does not pay for it; what real nodes
 * need only with `nodes`.
 */
export async function prepareClusters(progress: Progress, { nodes = false } = {}): Promise<void> {
  const provider = await chooseProvider();
  await provider.prepare([{ name: 'any', pods: true, dns: true, node: nodes }], progress);
}

/** Starts a hub and its members side by side; resolves when all that the specs ask for is ready. */
export async function startClusters(
  specs: { hub: ClusterSpec; members: readonly ClusterSpec[] },
  options: StartOptions = {},
): Promise<ClusterSet> {
  const { clusters, ...running } = await startAll([specs.hub, ...specs.members], options);
  const [hub, ...members] = clusters;
  if (hub === undefined) throw new Error('unreachable: no cluster was started');
  return { ...running, hub, members };
}

/** Starts one cluster; resolves when all that the spec asks for is ready. */
export async function startCluster(spec: ClusterSpec, options: StartOptions = {}): Promise<SingleCluster> {
  const { clusters, ...running } = await startAll([spec], options);
  const [cluster] = clusters;
  if (cluster === undefined) throw new Error('unreachable: no cluster was started');
  return { ...running, cluster };
}

async function startAll(
  specs: readonly ClusterSpec[],
  options: StartOptions,
): Promise<RunningClusters & { clusters: Cluster[] }> {
  const progress = options.progress ?? new Progress({ quietMs: QUIET_MS });
  const provider = options.provider ?? (await chooseProvider());
  await provider.prepare(specs, progress);
  const workspace = Workspace.create({ signals: options.signals ?? 'end' });
  try {
    const starts = specs.map((spec, index) =>
      progress.during(
        `start ${spec.name}`,
        { usualMs: spec.node ? USUAL_NODE_START_MS : USUAL_START_MS },
        () => provider.start({ spec, index, workspace, set: specs }),
      ),
    );
    const clusters = await Promise.all(starts);
    return { clusters, workspace, stop: () => workspace.close() };
  } catch (error) {
    await workspace.close();
    throw error;
  }
}
