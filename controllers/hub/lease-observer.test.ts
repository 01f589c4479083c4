import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { memberNamespace } from '#apis/hub/member.ts';
import type { ILease } from '#apis/kubernetes/lease.ts';
import { HUB_LEASE_NAME } from '#controllers/membership/lease-controller.ts';
import { HealthRecord } from '#src/cache/health.ts';
import { Store } from '#src/cache/store.ts';
import { SteppedClock } from '#test/clock/stepped-clock.ts';
import { LeaseObserver } from './lease-observer.ts';

let clock: SteppedClock;
let store: Store<ILease>;
let health: HealthRecord;
let observer: LeaseObserver;
let stop: AbortController;
let version = 100;

beforeEach(() => {
  clock = new SteppedClock(0);
  health = new HealthRecord(clock);
  store = new Store<ILease>({
    onListenerError(error) {
      throw error;
    },
  });
  const leases = {
    addListener: store.addListener.bind(store),
    onHealthChange: health.onChange.bind(health),
    get health() {
      return health.current;
    },
  };
  observer = new LeaseObserver(leases, clock);
  stop = new AbortController();
  void observer.run(stop.signal);
});
afterEach(() => stop.abort());

function lease(cluster: string, renewal: number, more: Partial<ILease['metadata']> = {}): ILease {
  version += 1;
  return {
    metadata: {
      namespace: memberNamespace(cluster),
      name: HUB_LEASE_NAME,
      uid: `lease-${cluster}`,
      resourceVersion: String(version),
      ...more,
    },
    spec: { renewTime: `renewal ${renewal}`, leaseDurationSeconds: 40 },
  };
}

/** A first or another complete list. */
function listed(...items: ILease[]): void {
  version += 1;
  health.contact();
  store.replace({ items, version: String(version), unreadable: new Set() });
}

/** An event of the watch. */
function event(item: ILease): void {
  health.contact();
  store.changed(item);
}

const sight = (cluster: string) => observer.outlook.leases.get(cluster);

describe('a Lease', () => {
  test('that was only listed is seen, and not renewed', () => {
    listed(lease('zzzc', 1));
    expect(sight('zzzc')).toMatchObject({ seen: 0, changes: 0, lateAfter: 40_000 });
  });

  test('is renewed when it is seen to change, by this clock and none of its own', async () => {
    listed(lease('zzzc', 1));
    await clock.step(9_000);
    event(lease('zzzc', -5_000));
    expect(sight('zzzc')).toMatchObject({ seen: 9_000, changes: 1 });
  });

  test('is not renewed by whoever only labels it', async () => {
    listed(lease('zzzc', 1));
    await clock.step(9_000);
    event(lease('zzzc', 1, { labels: { seen: 'yes' } }));
    expect(sight('zzzc')).toMatchObject({ seen: 0, changes: 0 });
  });

  test('that is deleted is no sign of anything, and goes on counting when it is made again', async () => {
    listed(lease('zzzc', 1));
    event(lease('zzzc', 2));
    store.removed(lease('zzzc', 2));
    expect(sight('zzzc')).toBeUndefined();
    event(lease('zzzc', 3, { uid: 'another' }));
    expect(sight('zzzc')).toMatchObject({ changes: 2 });
  });

  test('of another name or namespace is nobody’s', () => {
    listed(lease('zzzc', 1, { name: 'somebody-else' }), lease('shbt', 1, { namespace: 'tombolo-system' }));
    expect([...observer.outlook.leases]).toEqual([]);
  });

  test.each([
    [undefined, 40_000],
    [0, 40_000],
    [12, 12_000],
    [1e9, 3_600_000],
  ])('that promises %s seconds is late after %s ms', (leaseDurationSeconds, lateAfter) => {
    const one = lease('zzzc', 1);
    listed({
      ...one,
      spec: { ...one.spec, ...(leaseDurationSeconds !== undefined && { leaseDurationSeconds }) },
    });
    if (leaseDurationSeconds === undefined) return;
    expect(sight('zzzc')?.lateAfter).toBe(lateAfter);
  });
});

describe('silence', () => {
  test('is proven until the last contact that a tick has found, and another has left behind', async () => {
    listed(lease('zzzc', 1));
    await clock.step(1_000);
    event(lease('shbt', 1));
    expect(observer.outlook).toMatchObject({ liveSince: { monotonic: 0 }, proven: undefined });
    await clock.step(1_000);
    expect(observer.outlook.proven).toBeUndefined();
    await clock.step(2_000);
    expect(observer.outlook.proven).toBe(1_000);
  });

  test('of the stream itself proves nothing more, however long it lasts: a half-open watch ages nobody', async () => {
    listed(lease('zzzc', 1));
    await clock.step(3_600_000);
    expect(observer.outlook.proven).toBe(0);
  });

  test('counts anew after an outage of the hub’s API', async () => {
    listed(lease('zzzc', 1));
    await clock.step(60_000);
    health.failed(new Error('connection refused'));
    expect(observer.outlook).toMatchObject({ liveSince: undefined, proven: undefined });
    await clock.step(600_000);
    expect(observer.outlook).toMatchObject({ liveSince: undefined, proven: undefined });
    health.contact();
    expect(observer.outlook).toMatchObject({ liveSince: { monotonic: 660_000 }, proven: undefined });
    expect(sight('zzzc')).toMatchObject({ seen: 0 });
  });

  test('counts anew after a pause of this process, also before the next tick has found it out', async () => {
    listed(lease('zzzc', 1));
    await clock.step(60_000);
    health.contact();
    await clock.step(4_000);
    expect(observer.outlook.proven).toBe(60_000);
    const paused = clock.block(600_000);
    // What waited in the sockets is read first, and one of many renewals that are still to come.
    health.contact();
    expect(observer.outlook).toMatchObject({ liveSince: undefined, proven: undefined });
    await paused;
    expect(observer.outlook).toMatchObject({ liveSince: { monotonic: 664_000 }, proven: undefined });
  });
});

test('every change of a Lease is told with its cluster, and every tick without one', async () => {
  const told: (string | undefined)[] = [];
  observer.onNews((cluster) => told.push(cluster));
  listed(lease('zzzc', 1));
  event(lease('zzzc', 2));
  await clock.step(2_000);
  expect(told).toEqual(['zzzc', 'zzzc', undefined]);
  stop.abort();
  await clock.step(10_000);
  expect(told).toHaveLength(3);
  expect(clock.pending).toBe(0);
});
