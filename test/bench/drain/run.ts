import { readFileSync } from 'node:fs';
import { exportedEndpointSlices, type IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { collectionPath } from '#src/kube/paths.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { until } from '#test/clusters/machine/until.ts';
import { eventually } from '#test/driver/eventually.ts';
import { idleAt } from '#test/driver/idle.ts';
import { markAll, requestsSince } from '#test/driver/requests-of-all.ts';
import { TestSet } from '#test/driver/set.ts';
import { SourceSlices } from '#test/driver/source-slices.ts';
import { accessFrom } from '../rig/access.ts';
import type { Agent } from '../rig/agent.ts';
import { ApiServer } from '../rig/api-server.ts';
import { HubLink } from '../rig/hub-link.ts';
import { createNamespace } from '../rig/namespace.ts';
import { startHubOf, startMemberOf } from '../rig/set-agents.ts';
import { seededRandom } from '../stats/random.ts';
import { BareBulk } from './bare-bulk.ts';
import { Burst } from './burst.ts';
import { type DrainFigures, drainFigures, type Return } from './figures.ts';

export interface DrainOptions {
  changes: number;
  /** A multiple of SERVICES. */
  slices: number;
  minutes: number;
  /** Short outages, for the times. */
  rounds: number;
  seed: number;
}

/** All slices are of so many Services. */
export const SERVICES = 20;
const ENDPOINTS = 100;
const NS = 'prod';
const EXPORTER = 'a';
const BULK_NAMESPACE = 'bench-bulk';
/** As many records as the agent writes at once; more do not make a server on two cores faster. */
const IN_FLIGHT = 4;
/** Changes under way at once: a bound where they are wanted faster than one after another. */
const CHANGERS = 4;
const WITHIN_MS = 300_000;

interface Rig {
  set: TestSet;
  link: HubLink;
  agent: Agent;
  sources: SourceSlices;
  /** The hub by the direct way, to watch it. */
  hub: ApiServer;
  bare: BareBulk;
}

/** Takes the hub away from an exporter, changes its slices, and sees what is written when the hub is back. */
export async function runDrain(options: DrainOptions, say: (line: string) => void): Promise<DrainFigures> {
  await using stack = new AsyncDisposableStack();
  const rig = await openRig(options, stack);
  say(`${options.changes} changes in ${options.minutes} min without a hub`);
  const { requests, long } = await longOutage(rig, options);
  const short: Return[] = [];
  for (let round = 0; round < options.rounds; round++) {
    short.push(await shortOutage(rig, round % 2 === 0));
    say(`short outage ${round + 1} of ${options.rounds}`);
  }
  const { changes, slices, minutes, seed } = options;
  const samples = { changes, slices, minutes, inFlight: IN_FLIGHT, requests, long, short };
  return drainFigures(samples, seededRandom(seed));
}

async function openRig({ slices }: DrainOptions, stack: AsyncDisposableStack): Promise<Rig> {
  const set = await TestSet.openWithoutAgents({ members: [EXPORTER], clusters: { audit: true } });
  stack.defer(() => set.close());
  const exporter = set.member(EXPORTER);
  await exporter.namespace(NS);
  const sources = await SourceSlices.create(exporter, {
    namespace: NS,
    services: Array.from({ length: SERVICES }, (_, service) => `db-${service}`),
    slicesOfAService: slices / SERVICES,
    endpointsOfASlice: ENDPOINTS,
  });
  const link = stack.adopt(await HubLink.open(set.cluster('hub')), (it) => it.close());
  await startHubOf(set);
  const agent = await startMemberOf(set, EXPORTER, {
    hubKubeconfig: link.through(readFileSync(set.files(EXPORTER).hubKubeconfig, 'utf8')),
  });
  await allOnHub(set, sources);
  await idleAt(agent.url, WITHIN_MS);
  const hub = stack.adopt(new ApiServer(accessFrom(set.cluster('hub').kubeconfig)), (it) => it.close());
  return { set, link, agent, sources, hub, bare: stack.adopt(await startBulk(set, link), (it) => it.stop()) };
}

/** The very records of the exporter, in a namespace that is no member's. */
async function startBulk(set: TestSet, link: HubLink): Promise<BareBulk> {
  await createNamespace(set.cluster('hub'), BULK_NAMESPACE);
  const { items } = await set.hub.list(exportedEndpointSlices, { namespace: memberNamespace(EXPORTER) });
  const records = items.map(
    ({ metadata: { name }, ...record }): IExportedEndpointSlice => ({
      ...record,
      metadata: { name, namespace: BULK_NAMESPACE },
    }),
  );
  return BareBulk.start({ hub: link.access, records, inFlight: IN_FLIGHT });
}

/** The API server itself is down, and comes back with all changes made. */
async function longOutage(rig: Rig, { changes, minutes }: DrainOptions) {
  const { set, link, agent, sources } = rig;
  const { apiServer } = set.cluster('hub');
  await link.refuse();
  await apiServer.stop();
  await paced(changes, minutes, () => sources.change());
  await apiServer.start();
  await recordsCanBeWatched(rig.hub);
  const marks = await markAll(set);
  const long = await comesBack(rig, false);
  await allOnHub(set, sources);
  await idleAt(agent.url, WITHIN_MS);
  const { [`hub, by ${EXPORTER}`]: requests = {} } = await requestsSince(set, marks);
  return { requests, long };
}

/** A server that has just started answers before it serves the kinds of CRDs; the agent's way is still closed. */
async function recordsCanBeWatched(hub: ApiServer): Promise<void> {
  const path = collectionPath(exportedEndpointSlices, memberNamespace(EXPORTER));
  await until('records can be watched', async () => {
    const from = await hub.versionOf(path);
    // The server ends it by itself after that second.
    const query = `?watch=true&timeoutSeconds=1&resourceVersion=${from}`;
    await hub.watch(path + query, new AbortController().signal, () => {});
    return true;
  });
}

/** Only the way to the hub is closed: the server stays as warm for the one as for the other. */
async function shortOutage(rig: Rig, bareFirst: boolean): Promise<Return> {
  await rig.link.refuse();
  for (let n = 0; n < rig.sources.count; n++) await rig.sources.change();
  const back = await comesBack(rig, bareFirst);
  await allOnHub(rig.set, rig.sources);
  await idleAt(rig.agent.url, WITHIN_MS);
  return back;
}

async function comesBack({ link, hub, sources, bare }: Rig, bareFirst: boolean): Promise<Return> {
  const written = async () => {
    const burst = await Burst.open(hub, BULK_NAMESPACE);
    await bare.write();
    return (await burst.times(sources.count)).spanMs;
  };
  const drained = async () => {
    const burst = await Burst.open(hub, memberNamespace(EXPORTER));
    await link.pass();
    return burst.times(sources.count);
  };
  if (bareFirst) {
    const bareMs = await written();
    return { bareMs, product: await drained() };
  }
  const product = await drained();
  return { product, bareMs: await written() };
}

/** Makes so many changes, spread evenly over so many minutes, or as fast as can be. */
async function paced(changes: number, minutes: number, change: () => Promise<void>): Promise<void> {
  const clock = systemClock();
  const began = clock.monotonic();
  let made = 0;
  const changer = async () => {
    while (made < changes) {
      const due = began + (made++ / changes) * minutes * 60_000;
      await clock.sleep(Math.max(0, due - clock.monotonic()));
      await change();
    }
  };
  await Promise.all(Array.from({ length: CHANGERS }, changer));
}

async function allOnHub(set: TestSet, sources: SourceSlices): Promise<void> {
  await eventually(
    'the hub shows every slice as it is',
    async () => {
      const shown = await sources.onHub(set.hub);
      if (shown !== sources.count) throw new Error(`it shows ${shown} of ${sources.count}`);
    },
    WITHIN_MS,
    500,
  );
}
