import { setTimeout as sleep } from 'node:timers/promises';
import { MemberCondition } from '#apis/hub/conditions.ts';
import { members } from '#apis/hub/member.ts';
import { headless, pods, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { idleAt } from '#test/driver/idle.ts';
import { Publishers, slicesOfAService } from '#test/driver/publishers.ts';
import { markAll, requestsSince } from '#test/driver/requests-of-all.ts';
import { TestSet } from '#test/driver/set.ts';
import { sortWrites } from '#test/driver/store-writes.ts';
import { awaitSlices } from '../rig/imported.ts';
import { startHubOf, startMemberOf } from '../rig/set-agents.ts';
import { type IdleFigures, idleFigures, type Silence } from './figures.ts';
import { RenewedLeases } from './leases.ts';

export interface IdleOptions {
  minutes: number;
  /** Of the set; an even number. */
  members: number;
  /** At least; as many as whole Services bring. */
  slices: number;
}

/** Agents and clusters of these are real. */
const REAL = ['zzzc', 'shbt'];
const NS = 'prod';
const LEASE_INTERVAL_S = 10;
const SETTLED_WITHIN_MS = 300_000;

/** Fills a set, waits until all of it has come to rest, and counts what happens in so many minutes. */
export async function runIdle(options: IdleOptions, say: (line: string) => void): Promise<IdleFigures> {
  await using stack = new AsyncDisposableStack();
  const set = await TestSet.openWithoutAgents({ members: REAL, clusters: { audit: true } });
  stack.defer(() => set.close());
  for (const member of set.members) {
    await member.namespace(NS);
    await member.service(headless(NS, member.id));
    await member.slice(slice(NS, member.id, 'a', pods(3)));
    await member.exports(NS, member.id);
  }
  const shape = { count: options.members - REAL.length, endpointsOfASlice: 1 };
  const publishers = new Publishers(set.hub, shape);
  const services = Math.ceil(options.slices / slicesOfAService(shape));
  const slices = services * slicesOfAService(shape) + REAL.length;
  say(`publishing ${slices} slices of ${options.members} members`);
  await startHubOf(set);
  await publishers.join();
  await publishers.publish(services);
  const leases = await RenewedLeases.start(set.hub, publishers.ids, LEASE_INTERVAL_S * 1_000);
  stack.defer(() => leases.stop());
  const agents = await Promise.all(REAL.map((id) => startMemberOf(set, id)));
  // Its own slice stands in each twice: as it is written, and as it is imported.
  for (const id of REAL) await awaitSlices(set.cluster(id), NS, slices + 1);
  await everybodyIsAlive(set, options.members);
  await Promise.all(agents.map(({ url }) => idleAt(url, SETTLED_WITHIN_MS)));

  const silence = await silent(set, options.minutes, say);
  return idleFigures({ ...silence, members: options.members, slices });
}

async function silent(
  set: TestSet,
  minutes: number,
  say: (line: string) => void,
): Promise<Omit<Silence, 'members' | 'slices'>> {
  const stores = await Promise.all(['hub', ...REAL].map((name) => set.cluster(name).etcd.watchWrites()));
  const marks = await markAll(set);
  const began = performance.now();
  for (let minute = 0; minute < minutes; minute++) {
    say(`${minutes - minute} minutes of silence left`);
    await sleep(Math.min(1, minutes - minute) * 60_000);
  }
  await Promise.all(stores.map((store) => store.caughtUp()));
  const seconds = (performance.now() - began) / 1_000;
  const [hub, ...clusters] = stores.map(({ keys }) => sortWrites(keys));
  if (hub === undefined) throw new Error('unreachable: the hub has a store');
  const requests = await requestsSince(set, marks);
  for (const store of stores) store.close();
  return {
    seconds,
    realMembers: REAL.length,
    leaseIntervalSeconds: LEASE_INTERVAL_S,
    hub,
    clusters,
    requests,
  };
}

/** Until then the hub has something to write about each. */
async function everybodyIsAlive(set: TestSet, count: number): Promise<void> {
  await eventually(
    'the hub has heard of every member',
    async () => {
      const { items } = await set.hub.list(members);
      const alive = items.filter(({ status }) =>
        status?.conditions?.some(
          ({ type, status: is }) => type === MemberCondition.Reachable && is === 'True',
        ),
      );
      if (alive.length !== count) throw new Error(`of ${alive.length} of ${count}`);
    },
    SETTLED_WITHIN_MS,
  );
}
