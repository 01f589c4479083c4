import { endpointSlices, type IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { SOURCE_GENERATION_ANNOTATION } from '#apis/labels.ts';
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
/** Updates of each slice of the first service, so that the code that imports is compiled before anything is compared. */
const WARM_UP_GENERATIONS = 50;

/**
 * Starts a hub, one importing member and its agent, publishes one service, a tenth of `endpoints` and then
 * all of them, and reads the agent's heap each time. `endpoints` is a multiple of ten services' and more than
 * that. `say` takes progress.
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
  const level = async (probe: HeapProbe, size: number): Promise<Level> => {
    say(`importing ${size} endpoints`);
    await publishers.publish(size / ENDPOINTS_OF_A_SERVICE);
    await imported(b, (size / ENDPOINTS_OF_A_SERVICE) * SLICES_OF_A_SERVICE);
    return { endpoints: size, use: await probe.settled() };
  };
  const empty = await level(first.probe, 0);
  await level(first.probe, ENDPOINTS_OF_A_SERVICE);
  say('warming up');
  for (let generation = 2; generation <= WARM_UP_GENERATIONS; generation++) {
    await publishers.touch(generation);
    await showing(b, generation);
  }
  const warm = await level(first.probe, ENDPOINTS_OF_A_SERVICE);
  const small = await level(first.probe, endpoints / 10);
  const large = await level(first.probe, endpoints);
  first.probe.close();
  await first.agent.stop();
  say('restarting the importer');
  const second = await start();
  const restarted = await level(second.probe, endpoints);
  second.probe.close();
  return memoryFigures({ empty, warm, small, large, restarted });
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

/** Waits until every slice in B is of this generation of its source. */
async function showing(b: Cluster, generation: number): Promise<void> {
  await until(`generation ${generation} in ${b.name}`, async () => {
    const list = (await b.admin.get(collectionPath(endpointSlices, NAMESPACE))) as {
      items: IEndpointSlice[];
    };
    return list.items.every(({ metadata }) =>
      metadata.annotations?.[SOURCE_GENERATION_ANNOTATION]?.endsWith(`/${generation}`),
    );
  });
}
