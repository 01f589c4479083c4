import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { configMaps, type IConfigMap } from '#apis/kubernetes/config-map.ts';
import type { CacheChange } from '#src/cache/lister.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { answer, errorInStream } from '#test/proxy/actions.ts';
import type { ProxiedRequest } from '#test/proxy/request.ts';
import { CountingClock } from './counting-clock.ts';
import { Rig } from './rig.ts';
import { until, type Watched, watchConfigMaps } from './watched.ts';

let rig: Rig;
let busyWatch: Promise<Watched>;
beforeAll(async () => {
  rig = await Rig.start();
  busyWatch = keepWatchBusy(62_000);
  // Awaited by the last test; until then a failure is not unhandled.
  busyWatch.catch(() => {});
});
afterAll(() => rig.stop());
afterEach(async () => {
  await rig.proxy.mode('pass');
  rig.proxy.requests.length = 0;
});

describe('2. watches are renewed without a gap', () => {
  it('an idle watch is renewed at once when the server ends it, and what changed meanwhile arrives once, in time', async () => {
    const namespace = await rig.namespace();
    const watched = await watchConfigMaps(rig.through(), namespace, { timings: { watchSeconds: [2, 2] } });
    const watches = watchesOf(namespace);
    let arrivedAt = Number.NaN;
    watched.informer.addListener(() => {
      arrivedAt = performance.now();
    });
    // Held until the change is there: it falls between two watches for certain.
    const held = Promise.withResolvers<void>();
    rig.proxy.script({
      when: (request) => request.verb === 'watch' && request.namespace === namespace,
      action: async (exchange) => {
        await held.promise;
        const { statusCode, headers, body } = await exchange.forward();
        exchange.begin(statusCode, headers);
        for await (const chunk of body) await exchange.write(chunk);
        exchange.end();
      },
    });
    await until('the next watch is asked for', () => watches().length === 2);
    await set(rig.world, namespace, 'between', 1);
    held.resolve();
    await until('the change arrives', () => dataOf(watched, namespace, 'between') === '1');
    expect(watched.counts.watches).toBe(2);
    // The next watch would have brought it two seconds later; a busy machine alone may take a tenth of one.
    expect(arrivedAt - watched.counts.openedAt).toBeLessThan(1_000);
    expect(watched.changes.map(({ key }) => key)).toEqual([`${namespace}/between`]);
    expect(watched.counts).toMatchObject({ lists: 1, failedWatches: 0 });
    expect(watched.log.alarms).toEqual([]);
  });

  it('a watch that falls silent on an open connection is given up and renewed without a list', async () => {
    const namespace = await rig.namespace();
    const watched = await watchConfigMaps(rig.through(), namespace, { timings: { silentAfter: 1_500 } });
    await set(rig.world, namespace, 'before', 1);
    await until('the first change arrives', () => watched.changes.length === 1);
    await rig.proxy.mode('half-open');
    await set(rig.world, namespace, 'after', 1);
    await until('the second change arrives', () => dataOf(watched, namespace, 'after') === '1');
    expect(watched.counts.lists).toBe(1);
    expect(watched.log.alarms[0]?.fields).toMatchObject({ err: { fault: 'silent' } });
  });
});

describe('4. versions that are gone', () => {
  const gone = { code: 410, options: { reason: 'Expired', message: 'too old resource version' } };

  it.each([
    { as: 'an HTTP status', action: answer(gone.code, gone.options) },
    { as: 'an ERROR in the stream', action: errorInStream(gone.code, gone.options) },
  ])(
    '410 as $as: one list, removals flagged as of unknown final state, nothing added twice',
    async ({ action }) => {
      const namespace = await rig.namespace();
      const watched = await watchConfigMaps(rig.through(), namespace);
      await set(rig.world, namespace, 'stays', 1);
      await set(rig.world, namespace, 'goes', 1);
      await until('both are there', () => watched.informer.size === 2);
      watched.changes.length = 0;
      rig.proxy.script({
        when: isWatchIn(namespace),
        action: hold(async () => {
          await remove(rig.world, namespace, 'goes');
          await set(rig.world, namespace, 'new', 1);
        }, action),
      });
      openStream(namespace)?.end();
      await until('the cache has caught up', () => watched.informer.get(`${namespace}/new`) !== undefined);
      await watched.equals(rig.world);
      expect(watched.changes.map(summary).sort()).toEqual([
        `${namespace}/goes removed unknown`,
        `${namespace}/new added`,
      ]);
      expect(watched.counts).toMatchObject({ lists: 2, failedWatches: 1 });
    },
  );

  it('410 on a continuation page: the list begins anew, and each object is added once', async () => {
    const namespace = await rig.namespace();
    for (let n = 0; n < 12; n++) await set(rig.world, namespace, `map-${n}`, n);
    rig.proxy.script({
      when: (request) => request.query.has('continue'),
      action: answer(410, { reason: 'Expired', message: 'The provided continue parameter is too old' }),
    });
    // The watch cache ignores limits at version 0; a list without a version is paged.
    const watched = await watchConfigMaps(rig.through(), namespace, { timings: { pageSize: 5 } });
    watched.informer.relist();
    await until('the second list is in', () => watched.counts.lists === 2);
    expect(rig.proxy.requests.filter(({ query }) => query.has('continue')).length).toBeGreaterThan(1);
    expect(watched.changes.map(summary).sort()).toEqual(
      Array.from({ length: 12 }, (_, n) => `${namespace}/map-${n} added`).sort(),
    );
    await watched.equals(rig.world);
  });
});

describe('5. run() ends when told', () => {
  const places: {
    place: string;
    verb: ProxiedRequest['verb'];
    reach: (watched: Watched) => Promise<void>;
  }[] = [
    { place: 'a list', verb: 'list', reach: () => until('the list is asked for', () => asked('list')) },
    {
      place: 'connecting a watch',
      verb: 'watch',
      reach: () => until('the watch is asked for', () => asked('watch')),
    },
  ];

  it.each(places)(
    'aborted during $place: no request is open and no timer armed afterwards',
    async ({ verb, reach }) => {
      const namespace = await rig.namespace();
      const clock = new CountingClock();
      const stalled = rig.proxy.script({
        when: (request) => request.verb === verb && request.namespace === namespace,
        times: Number.POSITIVE_INFINITY,
        action: (exchange) => exchange.untilGone(),
      });
      const watched = await watchConfigMaps(rig.through(clock), namespace, { clock, synced: false });
      await reach(watched);
      await watched.stop();
      expect(clock.pending).toBe(0);
      await until('the proxy sees no open request', () => rig.proxy.streams.length === 0);
      stalled.cancel();
    },
  );

  it('aborted during the wait after a failure: no timer is left', async () => {
    const namespace = await rig.namespace();
    const clock = new CountingClock();
    const failing = rig.proxy.script({
      when: (request) => request.namespace === namespace,
      times: Number.POSITIVE_INFINITY,
      action: answer(500),
    });
    const watched = await watchConfigMaps(rig.through(clock), namespace, {
      clock,
      synced: false,
      timings: { reconnect: { first: 60_000, cap: 60_000, forgetAfter: 1 } },
    });
    await until('it failed', () => watched.counts.failedLists === 1);
    await watched.stop();
    expect(clock.pending).toBe(0);
    failing.cancel();
  });

  it('aborted during a stream: the stream is closed (kubernetes-client/javascript: stop() left one open)', async () => {
    const namespace = await rig.namespace();
    const clock = new CountingClock();
    const watched = await watchConfigMaps(rig.through(clock), namespace, { clock });
    expect(openStream(namespace)).toBeDefined();
    await watched.stop();
    expect(clock.pending).toBe(0);
    await until('the stream is closed', () => openStream(namespace) === undefined);
  });

  it('a second run() is refused, during the first and after it', async () => {
    const namespace = await rig.namespace();
    const { informer, stop } = await watchConfigMaps(rig.through(), namespace);
    await expect(informer.run(AbortSignal.timeout(1))).rejects.toThrow('runs already');
    await stop();
    await expect(informer.run(AbortSignal.timeout(1))).rejects.toThrow('runs already');
  });
});

describe('6. listeners that throw', () => {
  it('do not stop the stream or other listeners, and are counted (kubernetes-client/javascript: unhandled rejection)', async () => {
    const namespace = await rig.namespace();
    const watched = await watchConfigMaps(rig.through(), namespace);
    watched.informer.addListener(() => {
      throw new Error('a listener with a bug');
    });
    const later: string[] = [];
    watched.informer.addListener(({ key }) => later.push(key));
    for (const name of ['a', 'b', 'c']) await set(rig.world, namespace, name, 1);
    await until('all changes arrive', () => later.length === 3);
    expect(watched.counts).toMatchObject({ listenerErrors: 3, lists: 1, watches: 1 });
    expect(watched.log.alarms.map(({ message }) => message)).toEqual(Array(3).fill('cache listener threw'));
  });
});

describe('7. bookmarks', () => {
  it('after 1,000 bookmarks and a cut, the next watch begins at the last one and nothing is listed', async () => {
    const namespace = await rig.namespace();
    const watched = await watchConfigMaps(rig.through(), namespace);
    const watches = watchesOf(namespace);
    // Real versions, made by writes that this watch does not see.
    const elsewhere = await rig.namespace();
    let last = '';
    for (let n = 0; n < 1_000; n++) {
      if (n % 50 === 0) last = (await set(rig.world, elsewhere, 'counter', n)) ?? '';
      await openStream(namespace)?.send({
        type: 'BOOKMARK',
        object: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { resourceVersion: last } },
      });
    }
    await until('all bookmarks arrive', () => watched.counts.events['BOOKMARK'] === 1_000);
    openStream(namespace)?.reset();
    await until('the next watch is open', () => watched.counts.watches === 2);
    expect(watches()[1]?.query.get('resourceVersion')).toBe(last);
    expect(watched.counts.lists).toBe(1);
    expect(watched.changes).toEqual([]);
    await set(rig.world, namespace, 'afterwards', 1);
    await until('the watch works', () => dataOf(watched, namespace, 'afterwards') === '1');
  });
});

describe('2. watches live', () => {
  it('a busy watch lives past 60 s (kubernetes-client/javascript#3020: cut every 30 s)', async () => {
    const { counts, log } = await busyWatch;
    expect(counts).toMatchObject({ lists: 1, watches: 1, failedWatches: 0 });
    expect(log.alarms).toEqual([]);
  });
});

/** A watch that gets a change each second and is asked whether it did; runs beside the other tests. */
async function keepWatchBusy(ms: number): Promise<Watched> {
  const namespace = await rig.namespace();
  // Straight to the server: what other tests do to the proxy is none of its business.
  const watched = await watchConfigMaps(rig.world, namespace, { stopAfterTest: false });
  const started = performance.now();
  for (let n = 0; performance.now() - started < ms; n++) {
    await set(rig.world, namespace, 'busy', n);
    await until(`change ${n} arrives`, () => dataOf(watched, namespace, 'busy') === String(n));
    await pause(1_000);
  }
  await watched.stop();
  return watched;
}

/** Writes the map's `n` and returns the new version. */
async function set(
  world: KubeClient,
  namespace: string,
  name: string,
  n: number,
): Promise<string | undefined> {
  const object: IConfigMap = { metadata: { namespace, name }, data: { n: String(n) } };
  const { resourceVersion } = await world.apply(configMaps, object, { fieldManager: 'world', force: true });
  return resourceVersion;
}

async function remove(world: KubeClient, namespace: string, name: string): Promise<void> {
  const { metadata } = await world.get(configMaps, { namespace, name });
  await world.delete(configMaps, { namespace, name }, { uid: metadata.uid ?? '' });
}

function dataOf(watched: Watched, namespace: string, name: string): string | undefined {
  return watched.informer.get(`${namespace}/${name}`)?.data?.['n'];
}

function isWatchIn(namespace: string): (request: ProxiedRequest) => boolean {
  return (request) => request.verb === 'watch' && request.namespace === namespace;
}

function watchesOf(namespace: string): () => ProxiedRequest[] {
  return () => rig.proxy.requests.filter(isWatchIn(namespace));
}

function asked(verb: ProxiedRequest['verb']): boolean {
  return rig.proxy.requests.some((request) => request.verb === verb);
}

function openStream(namespace: string) {
  return rig.proxy.streams.find(({ request }) => request.namespace === namespace);
}

/** Does something while the request waits, then the action. */
function hold(meanwhile: () => Promise<void>, action: ReturnType<typeof answer>): ReturnType<typeof answer> {
  return async (exchange) => {
    await meanwhile();
    await action(exchange);
  };
}

function summary({ key, oldObject, newObject, finalStateUnknown }: CacheChange<IConfigMap>): string {
  const what = oldObject === undefined ? 'added' : newObject === undefined ? 'removed' : 'changed';
  return `${key} ${what}${finalStateUnknown ? ' unknown' : ''}`;
}
