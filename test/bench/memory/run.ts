import { readFileSync } from 'node:fs';
import { startClusters } from '#test/clusters/start.ts';
import { admitMember, HUB_CRDS, installHub, installMember, MEMBER_CRDS } from '#test/driver/install.ts';
import { parseStatus } from '../footprint/figures.ts';
import { accessFrom } from '../rig/access.ts';
import { type Agent, startAgent } from '../rig/agent.ts';
import { ApiServer } from '../rig/api-server.ts';
import { awaitSlices } from '../rig/imported.ts';
import { createNamespace } from '../rig/namespace.ts';
import { ChangeCosts } from './cost.ts';
import { type Level, type MemoryFigures, memoryFigures } from './figures.ts';
import { HeapProbe } from './heap.ts';
import { Publishers } from './publishers.ts';
import { ENDPOINTS_OF_A_SERVICE, ENDPOINTS_OF_A_SLICE, NAMESPACE, SLICES_OF_A_SERVICE } from './records.ts';

export interface MemoryOptions {
  /** Numbers of imported endpoints, each a multiple of one service's and more than that. */
  sizes: readonly number[];
  /** In each turn of either lane, at each size. */
  changes: number;
}

/** The cluster id of the one real member. */
const IMPORTER = 'b';
/** Changes of each turn before anything is compared, so that the code that imports is compiled. */
const WARM_UP_CHANGES = 300;

/**
 * Starts a hub, one importing member and its agent, publishes one service and then ever more, and reads the agent's
 * memory, and what changes cost it, each time. `say` takes progress.
 */
export async function runMemory(
  { sizes, changes }: MemoryOptions,
  say: (line: string) => void,
): Promise<MemoryFigures> {
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
  const server = stack.adopt(new ApiServer(accessFrom(hub.kubeconfig)), (it) => it.close());
  const publishers = new Publishers(hub, server);
  await publishers.join();
  await createNamespace(b, NAMESPACE);
  const credentials = {
    kubeconfig: await installMember(b),
    hubKubeconfig: await admitMember(hub, IMPORTER),
  };
  const start = async (): Promise<{ agent: Agent; probe: HeapProbe }> => {
    const inspector = await workspace.port();
    const nodeFlags = [`--inspect=127.0.0.1:${inspector}`];
    const spec = { role: 'member', clusterId: IMPORTER, ...credentials } as const;
    const agent = await startAgent(workspace, spec, { nodeFlags });
    return { agent, probe: await HeapProbe.connect(inspector) };
  };
  const level = async (
    { agent, probe }: Awaited<ReturnType<typeof start>>,
    name: Level['name'],
    endpoints: number,
  ): Promise<Level> => {
    say(`importing ${endpoints} endpoints`);
    const services = endpoints / ENDPOINTS_OF_A_SERVICE;
    await publishers.publish(services);
    await awaitSlices(b, NAMESPACE, services * SLICES_OF_A_SERVICE);
    const use = await probe.settled();
    const { residentMiB } = parseStatus(readFileSync(`/proc/${agent.program.pid}/status`, 'utf8'));
    return { name, endpoints, use, residentMiB };
  };

  const first = await start();
  const levels = [await level(first, 'empty', 0)];
  await level(first, 'warm', ENDPOINTS_OF_A_SERVICE);
  const costs = await ChangeCosts.open(
    { hub, b, server, changing: publishers.changing, endpointsOfASlice: ENDPOINTS_OF_A_SLICE },
    stack,
  );
  say('warming up');
  await costs.measure(first.agent, WARM_UP_CHANGES);
  levels.push(await level(first, 'warm', ENDPOINTS_OF_A_SERVICE));
  for (const size of [...sizes].sort((one, other) => one - other)) {
    const imported = await level(first, 'imported', size);
    say(`changing slices with ${size} endpoints in place`);
    levels.push({ ...imported, cost: await costs.measure(first.agent, changes) });
  }
  first.probe.close();
  await first.agent.stop();
  say('restarting the importer');
  const second = await start();
  levels.push(await level(second, 'restarted', Math.max(...sizes)));
  second.probe.close();
  return memoryFigures(levels);
}
