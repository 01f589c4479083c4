import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { configMaps, type IConfigMap } from '#apis/kubernetes/config-map.ts';
import type { RollbackReport } from '#src/cache/contract.ts';
import { requireCapabilities } from '#test/clusters/provider.ts';
import {
  type Action,
  answer,
  answerRaw,
  breakStream,
  delay,
  errorInStream,
  reset,
  resetAfter,
  truncateAfter,
} from '#test/proxy/actions.ts';
import type { ProxiedRequest, Verb } from '#test/proxy/request.ts';
import { Rig } from './rig.ts';
import { until, type Watched, watchConfigMaps } from './watched.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.start();
});
afterAll(() => rig.stop());
afterEach(() => rig.proxy.mode('pass'));

interface Fault {
  name: string;
  verb: Verb;
  action: Action;
  /** How the log names it. */
  error: object;
}

const unauthorized = { code: 401, reason: 'Unauthorized' };
const faults: Fault[] = [
  { name: '500', verb: 'list', action: answer(500), error: { code: 500 } },
  { name: '500', verb: 'watch', action: answer(500), error: { code: 500 } },
  {
    name: '500 in the stream (client-node swallows it)',
    verb: 'watch',
    action: errorInStream(500),
    error: { code: 500 },
  },
  { name: '503 (client-node stops for good)', verb: 'watch', action: answer(503), error: { code: 503 } },
  {
    name: '429 with Retry-After',
    verb: 'list',
    action: answer(429, { retryAfterSeconds: 1 }),
    error: { code: 429, retryAfterSeconds: 1 },
  },
  {
    name: '429 with Retry-After',
    verb: 'watch',
    action: answer(429, { retryAfterSeconds: 1 }),
    error: { code: 429, retryAfterSeconds: 1 },
  },
  { name: 'a reset instead of a reply', verb: 'list', action: reset(), error: { fault: 'cut' } },
  { name: 'a reset within the reply', verb: 'list', action: resetAfter(20), error: { fault: 'cut' } },
  { name: 'a truncated reply', verb: 'list', action: truncateAfter(20), error: { fault: 'malformed' } },
  { name: 'a reset between lines', verb: 'watch', action: breakStream('reset', 1), error: { fault: 'cut' } },
  {
    name: 'a reset within a line',
    verb: 'watch',
    action: breakStream('reset', 1, 40),
    error: { fault: 'cut' },
  },
  { name: 'an end within a line', verb: 'watch', action: breakStream('end', 1, 40), error: { fault: 'cut' } },
  {
    name: 'a line that is no JSON',
    verb: 'watch',
    action: answerRaw(200, '{"type":"ADDED","obj\n'),
    error: { fault: 'malformed' },
  },
  {
    name: 'a line that is no event',
    verb: 'watch',
    action: answerRaw(200, '[1,2,3]\n'),
    error: { fault: 'malformed' },
  },
  {
    name: "a proxy's page",
    verb: 'list',
    action: answerRaw(502, '<html>Bad Gateway</html>', 'text/html'),
    error: { code: 502 },
  },
];

describe('3. the reflector recovers, says so once, and is equal to the server at the end', () => {
  it.each(faults)('$name to a $verb', async ({ verb, action, error }) => {
    const namespace = await rig.namespace();
    await set(namespace, 'map-0', 0);
    rig.proxy.script({ when: isIn(namespace, verb), action });
    const watched = await watchConfigMaps(rig.through(), namespace, { synced: false });
    await watched.informer.waitForSync(AbortSignal.timeout(20_000));
    for (let n = 1; n <= 4; n++) await set(namespace, `map-${n % 3}`, n);
    await watched.equals(rig.world);
    await until('it is live again', () => watched.informer.health.state === 'live');
    expect(watched.log.alarms).toHaveLength(1);
    expect(watched.log.alarms[0]?.fields['err']).toMatchObject(error);
  });

  it('a server that closes every watch at once is not asked again and again', async () => {
    const namespace = await rig.namespace();
    const closing = rig.proxy.script({
      when: isIn(namespace, 'watch'),
      times: 1_000,
      action: breakStream('end', 0),
    });
    const reconnect = { first: 200, cap: 400, forgetAfter: 60_000 };
    const started = performance.now();
    const watched = await watchConfigMaps(rig.through(), namespace, { timings: { reconnect } });
    // Three at once, for two may be chance and the first failure need not wait; then after 400 ms and 400 ms.
    await until('it has tried five times', () => closing.taken >= 5);
    expect(performance.now() - started).toBeGreaterThan(800);
    closing.cancel();
    await set(namespace, 'map', 1);
    await watched.equals(rig.world);
    expect(watched.counts.lists).toBe(1);
  });

  it('401, then credentials that are good: the call is repeated and nobody notices', async () => {
    const namespace = await rig.namespace();
    for (const verb of ['list', 'watch'] as const) {
      rig.proxy.script({ when: isIn(namespace, verb), action: answer(401, unauthorized) });
    }
    const watched = await watchConfigMaps(rig.through(), namespace);
    await set(namespace, 'map', 1);
    await watched.equals(rig.world);
    expect(watched.log.alarms).toEqual([]);
  });

  it('401 again and again: it is reported, and healed when the server relents', async () => {
    const namespace = await rig.namespace();
    const refused = rig.proxy.script({
      when: isIn(namespace, 'list'),
      times: 4,
      action: answer(401, unauthorized),
    });
    const watched = await watchConfigMaps(rig.through(), namespace);
    expect(refused.taken).toBe(4);
    expect(watched.log.alarms.map(({ fields }) => fields['err'])).toMatchObject([
      { code: 401 },
      { code: 401 },
    ]);
  });

  it('an API server that is away and comes back: what was cached stays, and no list is made', async () => {
    const namespace = await rig.namespace();
    const watched = await watchConfigMaps(rig.through(), namespace);
    await set(namespace, 'before', 1);
    await watched.equals(rig.world);
    await rig.proxy.mode('refuse');
    await until('it says so', () => Boolean(watched.informer.health.lastError?.includes('ECONNREFUSED')));
    expect(watched.informer.health.state).toBe('failing');
    expect(watched.informer.get(`${namespace}/before`)).toBeDefined();
    await set(namespace, 'while-away', 1);
    await rig.proxy.mode('pass');
    await watched.equals(rig.world);
    expect(watched.counts.lists).toBe(1);
  });
});

describe('14. random scripts', () => {
  it.each([11, 22, 33, 44, 55])(
    'random changes under random cuts converge to the state of the server (seed %i)',
    async (seed) => {
      const random = mulberry32(seed);
      const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
      const namespace = await rig.namespace();
      const present = new Set<string>();
      const watched = await watchConfigMaps(rig.through(), namespace, {
        timings: {
          watchSeconds: [1, 3],
          silentAfter: 700,
          listTimeout: 700,
          reconnect: { first: 10, cap: 80, forgetAfter: 100 },
        },
      });
      const violations = auditChanges(watched);
      for (let step = 0; step < 50; step++) {
        const name = `map-${Math.floor(random() * 8)}`;
        if (present.has(name) && random() < 0.3) {
          await remove(namespace, name);
          present.delete(name);
        } else {
          await set(namespace, name, step);
          present.add(name);
        }
        if (random() > 0.35) continue;
        const { watches } = watched.counts;
        await pick(TROUBLES)(namespace, random);
        // Half of the time the next changes fall into the gap, else they meet what came after it.
        if (random() < 0.5) await until('a watch is open again', () => watched.counts.watches > watches);
      }
      await watched.equals(rig.world);
      expect(violations(), `seed ${seed}`).toEqual([]);
      // The script must have hurt: a test of recovery without failures would prove nothing.
      expect(watched.counts.watches, `seed ${seed}`).toBeGreaterThan(5);
    },
  );
});

const TROUBLES: ((namespace: string, random: () => number) => Promise<unknown> | unknown)[] = [
  (namespace) => openStream(namespace)?.reset(),
  (namespace) => openStream(namespace)?.end(),
  (namespace) => openStream(namespace)?.stall(),
  (namespace) =>
    openStream(namespace)
      ?.sendRaw('{"type":"MODIFI')
      .then(() => openStream(namespace)?.reset()),
  (namespace, random) =>
    rig.proxy.script({ when: isIn(namespace, 'watch'), action: delay(Math.floor(random() * 100)) }),
  (namespace) => {
    rig.proxy.script({ when: isIn(namespace, 'watch'), action: answer(410, { reason: 'Expired' }) });
    openStream(namespace)?.end();
  },
  (namespace) => {
    rig.proxy.script({ when: isIn(namespace, 'list'), action: truncateAfter(100) });
    rig.proxy.script({ when: isIn(namespace, 'watch'), action: errorInStream(410, { reason: 'Expired' }) });
    openStream(namespace)?.reset();
  },
  (namespace, random) => {
    rig.proxy.script({
      when: isIn(namespace, 'watch'),
      action: breakStream(
        random() < 0.5 ? 'end' : 'reset',
        Math.floor(random() * 3),
        Math.floor(random() * 50),
      ),
    });
    openStream(namespace)?.end();
  },
  async () => {
    await rig.proxy.mode('refuse');
    await rig.proxy.mode('pass');
  },
  () => rig.proxy.mode('half-open'),
];

/**
 * Listens to every change and checks that each follows from the one before: nothing is added that is there,
 * nothing changed or removed that is not, and no version of one object goes back.
 */
function auditChanges(watched: Watched): () => string[] {
  const violations: string[] = [];
  const known = new Map<string, IConfigMap>();
  watched.informer.addListener(({ key, oldObject, newObject }) => {
    if (known.get(key) !== oldObject) violations.push(`${key}: the old object is not the one told before`);
    const [before, after] = [versionOf(oldObject), versionOf(newObject)];
    if (newObject !== undefined && after <= before) violations.push(`${key}: ${before} and then ${after}`);
    if (newObject === undefined) known.delete(key);
    else known.set(key, newObject);
  });
  return () => violations;
}

describe('a server that goes back in time', () => {
  beforeEach((context) => {
    const { skip } = requireCapabilities(rig.cluster, 'etcd');
    context.skip(skip !== undefined, skip);
  });

  it.each(['plain', 'bumped'] as const)(
    'restored from a backup (%s revisions): the cache ends equal to it, and lower versions are reported',
    async (mode) => {
      const namespace = await rig.namespace();
      for (let n = 0; n < 3; n++) await set(namespace, `kept-${n}`, n);
      const snapshot = await rig.cluster.etcd.save();
      const watched = await watchConfigMaps(rig.through(), namespace, { timings: { silentAfter: 1_500 } });
      const reports: RollbackReport[] = [];
      watched.informer.onRollback((report) => reports.push(report));
      for (let n = 0; n < 20; n++) await set(namespace, `lost-${n % 4}`, n);
      await remove(namespace, 'kept-0');
      await watched.equals(rig.world);
      await rig.cluster.etcd.restore(snapshot, mode);
      await watched.equals(rig.world);
      expect([...watched.informer.list()].map(({ metadata }) => metadata.name).sort()).toEqual([
        'kept-0',
        'kept-1',
        'kept-2',
      ]);
      await set(namespace, 'kept-1', 7);
      await until('it follows again', () => watched.informer.get(`${namespace}/kept-1`)?.data?.['n'] === '7');
      if (mode === 'plain') {
        expect(reports).toMatchObject([{ cluster: 'test', resource: 'configmaps' }]);
        expect(Number(reports[0]?.got)).toBeLessThan(Number(reports[0]?.seen));
      } else expect(reports).toEqual([]);
    },
  );

  it('relist() takes the newest state over at once, without a version', async () => {
    const namespace = await rig.namespace();
    const watched = await watchConfigMaps(rig.through(), namespace);
    rig.proxy.requests.length = 0;
    watched.informer.relist();
    await until('the list is in', () => watched.counts.lists === 2 && watched.counts.watches === 2);
    const list = rig.proxy.requests.find(isIn(namespace, 'list'));
    expect(list?.query.has('resourceVersion')).toBe(false);
    expect(watched.log.alarms).toEqual([]);
  });
});

async function set(namespace: string, name: string, n: number): Promise<void> {
  const object: IConfigMap = { metadata: { namespace, name }, data: { n: String(n) } };
  await rig.world.apply(configMaps, object, { fieldManager: 'world', force: true });
}

async function remove(namespace: string, name: string): Promise<void> {
  const { metadata } = await rig.world.get(configMaps, { namespace, name });
  await rig.world.delete(configMaps, { namespace, name }, { uid: metadata.uid ?? '' });
}

function isIn(namespace: string, verb: Verb): (request: ProxiedRequest) => boolean {
  return (request) => request.verb === verb && request.namespace === namespace;
}

function openStream(namespace: string) {
  return rig.proxy.streams.find(({ request }) => request.namespace === namespace);
}

function versionOf(object: IConfigMap | undefined): number {
  return Number(object?.metadata.resourceVersion ?? 0);
}

/** A small generator with a seed; the same seed gives the same script. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
