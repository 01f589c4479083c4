import { readFileSync } from 'node:fs';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { until } from '#test/clusters/machine/until.ts';
import { idleAt } from '#test/driver/idle.ts';
import { TestSet } from '#test/driver/set.ts';
import { accessFrom } from '../rig/access.ts';
import { ApiServer } from '../rig/api-server.ts';
import { HubLink } from '../rig/hub-link.ts';
import { awaitSlices } from '../rig/imported.ts';
import { startHubOf, startMemberOf } from '../rig/set-agents.ts';
import { RecordEvents } from './events.ts';
import { type BytesFigures, bytesFigures } from './figures.ts';
import { Workload } from './workload.ts';

export interface BytesOptions {
  endpoints: number;
  /** At most as many as there are endpoints. */
  flips: number;
}

const [EXPORTER, IMPORTER] = ['a', 'b'] as const;
const NS = 'prod';
const SERVICE = 'web';
const IDLE_WITHIN_MS = 300_000;

/** Starts a Service of so many pods in one cluster, and counts what its changes are on the wire to another. */
export async function runBytes(
  { endpoints, flips }: BytesOptions,
  say: (line: string) => void,
): Promise<BytesFigures> {
  await using stack = new AsyncDisposableStack();
  const set = await TestSet.openWithoutAgents({
    members: [EXPORTER, IMPORTER],
    each: { [EXPORTER]: { controllers: true } },
  });
  stack.defer(() => set.close());
  for (const member of set.members) await member.namespace(NS);
  const exporter = set.member(EXPORTER);
  const workload = new Workload(exporter, NS, SERVICE, endpoints);
  const over = new AbortController();
  const beating = workload.heartbeats(over.signal);
  // Looked at below; until then a failure must not end the process as an unhandled rejection.
  beating.catch(() => undefined);
  stack.defer(async () => {
    over.abort();
    await beating;
  });
  say(`creating ${endpoints} pods`);
  await workload.create();

  const link = stack.adopt(await HubLink.open(set.cluster('hub')), (it) => it.close());
  await startHubOf(set);
  const hubKubeconfig = link.through(readFileSync(set.files(IMPORTER).hubKubeconfig, 'utf8'));
  const agents = await Promise.all([
    startMemberOf(set, EXPORTER),
    startMemberOf(set, IMPORTER, { hubKubeconfig }),
  ]);
  await exporter.exports(NS, SERVICE);
  const slices = await workload.slices();
  await awaitSlices(set.cluster(IMPORTER), NS, slices.length);
  await Promise.all(agents.map(({ url }) => idleAt(url, IDLE_WITHIN_MS)));
  const records = (await set.hub.list(exportedEndpointSlices)).items;

  say(`${flips} changes of one endpoint in ${slices.length} slices`);
  const hub = stack.adopt(new ApiServer(accessFrom(set.cluster('hub').kubeconfig)), (it) => it.close());
  const events = await RecordEvents.open(hub);
  const before = link.bytesToAgents;
  for (let flip = 0; flip < flips; flip++) {
    await workload.unready(Math.floor((flip * endpoints) / flips));
    await until('the change is on the hub', () => events.count > flip, { everyMs: 5 });
  }
  await Promise.all(agents.map(({ url }) => idleAt(url, IDLE_WITHIN_MS)));
  const sentBytes = link.bytesToAgents - before;
  events.close();
  const sizes = (objects: readonly object[]) =>
    objects.map((object) => Buffer.byteLength(JSON.stringify(object)));
  const { count, bytes } = events;
  return bytesFigures({
    endpoints,
    flips,
    events: { count, bytes },
    sentBytes,
    sources: sizes(slices),
    records: sizes(records),
  });
}
