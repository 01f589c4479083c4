import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { configMaps } from '#apis/kubernetes/config-map.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { leaseStore } from '#src/kube/lease-store.ts';
import type { Clock, Milliseconds } from '#src/runtime/clock.ts';
import { Elector } from '#src/runtime/election/elector.ts';
import { whileLeading } from '#src/runtime/election/while-leading.ts';
import { LeadershipLost, Stopping } from '#src/runtime/errors.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { JumpingClock } from '#test/clock/jumping-clock.ts';
import { eventually } from '#test/driver/eventually.ts';
import { RecordingLog } from '#test/runtime/recording-log.ts';
import { Rig } from './rig.ts';

/** RUNTIME.md, acceptance test 10. The numbers are small; who waits for whom is the same. */
const TIMINGS = { lease: 3_000, renewWithin: 2_000, retryEvery: 100 };
/** Nobody takes such a Lease over: only one that was given back. */
const FOR_EVER = { ...TIMINGS, lease: 3_600_000 };

let rig: Rig;
let namespace: string;
/** What candidates did, in its order. */
let events: string[];

beforeAll(async () => {
  rig = await Rig.start();
});
afterAll(() => rig.stop());

async function anew(): Promise<void> {
  namespace = await rig.namespace();
  events = [];
}

interface Candidate {
  elector: Elector;
  /** How often it has written the Lease. */
  writes: () => number;
  stop: () => void;
  /** What `run` ended with; undefined: it resolved. */
  end: Promise<unknown>;
}

/** A candidate that notes when it begins and ends, and works until it is told to stop and `drained` resolves. */
function candidate(
  name: string,
  given: {
    client?: KubeClient;
    clock?: Clock;
    timings?: typeof TIMINGS;
    drained?: Promise<void>;
  } = {},
): Candidate {
  const store = leaseStore(given.client ?? rig.world, { namespace, name: 'leader' });
  let writes = 0;
  const counted = {
    ...store,
    async update(...args: Parameters<typeof store.update>) {
      const reply = await store.update(...args);
      writes++;
      return reply;
    },
  };
  const elector = new Elector({
    store: counted,
    holder: name,
    clock: given.clock ?? systemClock(),
    random: Math.random,
    log: new RecordingLog(),
    timings: given.timings ?? TIMINGS,
  });
  const abort = new AbortController();
  const stop = () => abort.abort(new Stopping());
  const ran = elector.run(abort.signal, async (term) => {
    events.push(`${name} begins`);
    await new Promise<void>((resolve) => term.addEventListener('abort', () => resolve()));
    await given.drained;
    events.push(`${name} ends`);
  });
  const end = ran.then(
    () => undefined,
    (error: unknown) => error,
  );
  onTestFinished(async () => {
    stop();
    await end;
  });
  return { elector, writes: () => writes, stop, end };
}

const begins = (name: string) =>
  eventually(`${name} leads`, async () => expect(events).toContain(`${name} begins`));

/** A clock that is wrong by so much, and runs like any other. */
function wrongBy(by: Milliseconds): Clock {
  const right = systemClock();
  return {
    now: () => right.now() + by,
    monotonic: () => right.monotonic(),
    after: (delay, fire) => right.after(delay, fire),
    sleep: (delay, signal) => right.sleep(delay, signal),
  };
}

it('of two candidates one leads, though their clocks are two hours apart', async () => {
  await anew();
  const early = candidate('early', { clock: wrongBy(-3_600_000) });
  await begins('early');
  const late = candidate('late', { clock: wrongBy(3_600_000) });
  // Each renewal comes at least 100 ms after the one before: together longer than the Lease lasts.
  const before = early.writes();
  await eventually('renewed for longer than the Lease lasts', async () =>
    expect(early.writes() - before).toBeGreaterThan(35),
  );
  expect(events).toEqual(['early begins']);
  expect([early.elector.leads, late.elector.leads]).toEqual([true, false]);
  early.stop();
  await begins('late');
  expect(events).toEqual(['early begins', 'early ends', 'late begins']);
});

it('a leader that cannot renew has stopped its work before another begins, and says why', async () => {
  await anew();
  const cut = candidate('cut', { client: rig.through() });
  await begins('cut');
  candidate('next');
  await rig.proxy.mode('blackhole');
  onTestFinished(() => rig.proxy.mode('pass'));
  await begins('next');
  expect(events).toEqual(['cut begins', 'cut ends', 'next begins']);
  expect(await cut.end).toBeInstanceOf(LeadershipLost);
});

it('a leader that is told to stop goes on renewing until its work is done, and only then gives the Lease back', async () => {
  await anew();
  const drained = Promise.withResolvers<void>();
  const first = candidate('first', { timings: FOR_EVER, drained: drained.promise });
  await begins('first');
  candidate('second', { timings: FOR_EVER });
  first.stop();
  const before = first.writes();
  await eventually('it goes on renewing', async () => expect(first.writes() - before).toBeGreaterThan(5));
  expect(events).toEqual(['first begins']);
  drained.resolve();
  await begins('second');
  expect(events).toEqual(['first begins', 'first ends', 'second begins']);
  expect(await first.end).toBeUndefined();
});

it('a process that slept through its time writes nothing more, before any timer has told it', async () => {
  await anew();
  const clock = new JumpingClock(systemClock());
  const { elector, end } = candidate('sleeper', { clock });
  await begins('sleeper');
  const client = whileLeading(rig.world, elector);
  await client.create(configMaps, { metadata: { namespace, name: 'before' } });
  clock.jump(60_000);
  await expect(client.create(configMaps, { metadata: { namespace, name: 'after' } })).rejects.toThrow(
    LeadershipLost,
  );
  const names = (await rig.world.list(configMaps, { namespace })).items.map(({ metadata }) => metadata.name);
  expect(names).toContain('before');
  expect(names).not.toContain('after');
  expect(await end).toBeInstanceOf(LeadershipLost);
});
