import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { collectionPath } from '#src/kube/paths.ts';
import { until } from '#test/clusters/machine/until.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import { startClusters } from '#test/clusters/start.ts';
import { admitMember, HUB_CRDS, installHub, installMember, MEMBER_CRDS } from '#test/driver/install.ts';
import { type Agent, startAgent } from '../rig/agent.ts';
import { createNamespace } from '../rig/namespace.ts';
import { type Level, type MemoryFigures, memoryFigures } from './figures.ts';
import { HeapProbe } from './heap.ts';
import { Publishers } from './publishers.ts';
import { ENDPOINTS_OF_A_SERVICE, NAMESPACE, SLICES_OF_A_SERVICE } from './records.ts';

/** The cluster id of the one real member. */
const IMPORTER = 'b';
const IMPORT_TIMEOUT_MS = 600_000;

/**
 * Starts a hub, one importing member and its agent, publishes a tenth of `endpoints` and then all of them,
 * and reads the agent's heap each time. `endpoints` is a multiple of ten services'. `say` takes progress.
 */
export async function runMemory(endpoints: number, say: (line: string) => void): Promise<MemoryFigures> {
  await using stack = new AsyncDisposableStack();
  const set = await startClusters({
    hub: { name: 'hub', crds: [HUB_CRDS] },
    members: [{ name: IMPORTER, crds: [MEMBER_CRDS] }],
  });
  stack.defer(() => set.stop());
  const [b] = set.members;
  if (b === undefined) throw new Error('the rig needs a member');
  const { hub, workspace } = set;

  const hubController = await installHub(hub);
  await startAgent(workspace, { role: 'hub', kubeconfig: hubController });
  const publishers = new Publishers(hub);
  await publishers.join();
  await createNamespace(b, NAMESPACE);
  const credentials = {
    kubeconfig: await installMember(b),
    hubKubeconfig: await admitMember(hub, IMPORTER),
  };
  const start = async (): Promise<{ agent: Agent; probe: HeapProbe }> => {
    const inspector = await workspace.port();
    const nodeFlags = [`--inspect=127.0.0.1:${inspector}`];
    const agent = await startAgent(
      workspace,
      { role: 'member', clusterId: IMPORTER, ...credentials },
      { nodeFlags },
    );
    return { agent, probe: await HeapProbe.connect(inspector) };
  };

  const first = await start();
  const levels: Level[] = [];
  for (const size of [0, endpoints / 10, endpoints]) {
    say(`importing ${size} endpoints`);
    await publishers.publish(size / ENDPOINTS_OF_A_SERVICE);
    await imported(b, (size / ENDPOINTS_OF_A_SERVICE) * SLICES_OF_A_SERVICE);
    levels.push({ endpoints: size, use: await first.probe.settled() });
  }
  say(`restarting the importer with ${endpoints} endpoints in place`);
  first.probe.close();
  await first.agent.stop();
  const second = await start();
  const restarted = { endpoints, use: await second.probe.settled() };
  second.probe.close();
  return memoryFigures(levels, restarted);
}

/** Waits until B holds this many slices: no other controller writes any in that namespace. */
async function imported(b: Cluster, slices: number): Promise<void> {
  const path = `${collectionPath(endpointSlices, NAMESPACE)}?limit=1`;
  await until(
    `${slices} slices in ${b.name}`,
    async () => {
      const list = (await b.admin.get(path)) as {
        items: unknown[];
        metadata: { remainingItemCount?: number };
      };
      return list.items.length + (list.metadata.remainingItemCount ?? 0) === slices;
    },
    { timeoutMs: IMPORT_TIMEOUT_MS, everyMs: 500 },
  );
}
