import { namespaces } from '#apis/kubernetes/namespace.ts';
import type { Stack } from '#test/clusters/addresses.ts';
import { TOOLBOX } from '#test/clusters/node/toolbox.ts';
import type { Progress } from '#test/clusters/progress.ts';
import { TestSet } from '#test/driver/set.ts';
import type { Operator } from '../stage.ts';
import type { MeasuredSet } from './set.ts';

const IDS = ['zzzc', 'shbt', 'bjpdc'];
const USUAL_IMAGE_MS = 8_000;
/** The least that the hub takes; an agent's Lease lasts for 40 s at least, whatever the set's patience. */
const SHORTEST_GRACE_S = 30;

/** Starts a hub, members with a real node each, and Tombolo on all of them. */
export async function startedSet(stack: Stack, members: number, progress: Progress): Promise<MeasuredSet> {
  const ids = IDS.slice(0, members);
  const each = Object.fromEntries(ids.map((id) => [id, { node: true, stack }]));
  const set = await TestSet.open({ members: ids, each, progress });
  try {
    const nodes = set.clusters.members.map(({ node }) => node);
    await progress.during('give the nodes their image', { usualMs: USUAL_IMAGE_MS }, () =>
      Promise.all(nodes.map((node) => node.loadToolbox([]))),
    );
  } catch (error) {
    await set.close();
    throw error;
  }
  return {
    members: set.members.map((cluster) => ({
      cluster,
      exec: (pod, command, options) => set.cluster(cluster.id).node.exec(pod, command, options),
    })),
    image: TOOLBOX,
    operator: operatorOf(set),
    stays: false,
    stop: () => set.close(),
  };
}

function operatorOf(set: TestSet): Operator {
  return {
    async restartsAgent(id) {
      await set.restartAgent(id);
    },
    async losesAgent(id) {
      await set.hubAdmin.staleness({ graceSeconds: SHORTEST_GRACE_S });
      await set.stopAgent(id);
    },
    async findsAgent(id) {
      set.startAgent(id);
    },
    async removesMember(id) {
      const { metadata } = await set.member(id).client.get(namespaces, { name: 'kube-system' });
      await set.stopAgent(id);
      await set.hubAdmin.removes(id, metadata.uid ?? '');
    },
  };
}
