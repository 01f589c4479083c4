import { idleAt } from '#test/driver/idle.ts';
import { Publishers, slicesOfAService } from '#test/driver/publishers.ts';
import { AGENT_USER, agentUserOnHub, countRequests, isRenewal } from '#test/driver/requests.ts';
import { TestSet } from '#test/driver/set.ts';
import type { CommandLine } from '../../../scripts/image/command.ts';
import { accessFrom } from '../rig/access.ts';
import type { Agent } from '../rig/agent.ts';
import { bundledProgram, bundledScript } from '../rig/bundled.ts';
import { awaitSlices } from '../rig/imported.ts';
import { startHubOf, startMemberOf } from '../rig/set-agents.ts';
import { type Restart, type RestartFigures, restartFigures } from './figures.ts';
import { FLOOR_SOURCE, measureFloor } from './floor.ts';
import { AT_HOME, ON_HUB } from './kinds.ts';
import { type HotLanes, LANES, openLanes } from './lanes.ts';

export interface RestartOptions {
  /** Numbers of slices to measure with; as many as whole Services bring are taken. */
  slices: readonly number[];
  restarts: number;
  /** From one change of the hot slice to the next. */
  everyMs: number;
}

const IMPORTER = 'b';
const NS = 'prod';
const SHAPE = { count: 40, endpointsOfASlice: 100 };
const IDLE_WITHIN_MS = 300_000;
/** How finely it is seen when all is fresh. */
const LOOK_MS = 10;
const WRITES = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);
/** Created by whoever asks whether he may do something; nothing is stored. */
const ASKS = new Set(['selfsubjectaccessreviews']);

interface Rig {
  set: TestSet;
  program: CommandLine;
  lanes: HotLanes;
  agent: Agent;
}

/** Starts a hub and one importer, publishes ever more slices, and restarts the importer with each number in place. */
export async function runRestart(
  { slices, restarts, everyMs }: RestartOptions,
  say: (line: string) => void,
): Promise<RestartFigures[]> {
  await using stack = new AsyncDisposableStack();
  const set = await TestSet.openWithoutAgents({ members: [IMPORTER], clusters: { audit: true } });
  stack.defer(() => set.close());
  await set.member(IMPORTER).namespace(NS);
  const program = await bundledProgram(set.clusters.workspace);
  const bare = await bundledScript(set.clusters.workspace, FLOOR_SOURCE);
  await startHubOf(set, { program });
  const publishers = new Publishers(set.hub, SHAPE);
  await publishers.join();
  const agent = await startMemberOf(set, IMPORTER, { program });
  const access = {
    hub: accessFrom(set.cluster('hub').kubeconfig),
    home: accessFrom(set.cluster(IMPORTER).kubeconfig),
  };

  let rig: Rig | undefined;
  const found: RestartFigures[] = [];
  for (const wanted of [...slices].sort((a, b) => a - b)) {
    const services = Math.ceil(wanted / slicesOfAService(SHAPE));
    const size = services * slicesOfAService(SHAPE);
    say(`publishing and importing ${size} slices of ${SHAPE.endpointsOfASlice} endpoints`);
    await publishers.publish(services);
    await awaitSlices(set.cluster(IMPORTER), NS, size);
    rig ??= { set, program, agent, lanes: await openLanes(set, IMPORTER, publishers, stack) };
    await idleAt(rig.agent.url, IDLE_WITHIN_MS);
    const samples: Restart[] = [];
    let floorBytes = 0;
    for (let restart = 1; restart <= restarts; restart++) {
      const floor = await measureFloor(bare, access);
      floorBytes = floor.bytes;
      const sample: Restart = { ...(await restarted(rig, everyMs)), floorMs: floor.ms };
      samples.push(sample);
      say(
        `restart ${restart} of ${restarts}: all fresh after ${sample.freshMs.toFixed(0)} ms, floor ${floor.ms.toFixed(0)} ms`,
      );
    }
    const kinds = ON_HUB.length + AT_HOME.length;
    found.push(restartFigures({ slices: size, kinds, floorBytes, restarts: samples }));
  }
  return found;
}

/** Stops the agent, starts it with the hot slice changing, and waits until all is fresh. The rig has the new agent. */
async function restarted(rig: Rig, everyMs: number): Promise<Omit<Restart, 'floorMs'>> {
  const { set, program, lanes } = rig;
  const { observing } = lanes;
  await rig.agent.stop();
  const [hub, home] = [set.cluster('hub').audit, set.cluster(IMPORTER).audit];
  const marks = { hub: await hub.mark(), home: await home.mark() };
  for (const lane of LANES) await observing.begin(lane);
  const over = new AbortController();
  const began = performance.now();
  const changing = lanes.change(everyMs, over.signal);
  const first = observing.arrived('product', 1).then(async () => {
    const firstMs = performance.now() - began;
    // From here on the changes of both lanes count.
    for (const lane of LANES) await observing.begin(lane);
    return firstMs;
  });
  rig.agent = await startMemberOf(set, IMPORTER, { program });
  await idleAt(rig.agent.url, IDLE_WITHIN_MS, LOOK_MS);
  const freshMs = performance.now() - began;
  const firstMs = await first;
  const [hot, bare] = [await observing.account('product'), await observing.account('bare')];
  over.abort();
  await changing;
  for (const lane of LANES) await observing.arrived(lane, 0);
  await idleAt(rig.agent.url, IDLE_WITHIN_MS);

  const asked = [
    ...(await hub.entries({ user: agentUserOnHub(IMPORTER), since: marks.hub })),
    ...(await home.entries({ user: AGENT_USER, since: marks.home })),
  ].filter((entry) => !isRenewal(entry));
  const writes = asked.filter(({ verb, resource }) => WRITES.has(verb) && !ASKS.has(resource));
  const isHot = ({ namespace, name }: (typeof writes)[number]) => namespace === NS && name === lanes.slice;
  return {
    firstMs,
    freshMs,
    hotMs: hot['b']?.ms ?? [],
    bareMs: bare['b']?.ms ?? [],
    hotWrites: writes.filter(isHot).length,
    otherWrites: writes.filter((entry) => !isHot(entry)).map(({ verb, uri }) => `${verb} ${uri}`),
    reads: countRequests(asked.filter(({ verb }) => verb === 'get' || verb === 'list')),
  };
}
