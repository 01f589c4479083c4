import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { configMaps } from '#apis/kubernetes/config-map.ts';
import { newInformer } from '#src/cache/informer.ts';
import { keyOf, splitKey } from '#src/cache/lister.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { connect } from '#src/kube/connect.ts';
import type { Clock } from '#src/runtime/clock.ts';
import { type ControllerSpec, watch } from '#src/runtime/controller.ts';
import { ReconcileTimeout } from '#src/runtime/errors.ts';
import { Manager } from '#src/runtime/manager.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { SteppedClock } from '#test/clock/stepped-clock.ts';
import { requireCapabilities } from '#test/clusters/provider.ts';
import { type SingleCluster, startCluster } from '#test/clusters/start.ts';
import { eventually } from '#test/driver/eventually.ts';
import { CountingMetrics } from '#test/runtime/counting-metrics.ts';
import { RecordingLog } from '#test/runtime/recording-log.ts';
import { touch } from './config-maps.ts';

const clock = systemClock();
let running: SingleCluster;
let client: KubeClient;
beforeAll(async () => {
  running = await startCluster({ name: 'loops' });
  client = connect({ cluster: 'loops', kubeconfig: { text: running.cluster.kubeconfig }, clock });
});
afterAll(async () => {
  await client.close();
  await running.stop();
});

/** Runs a controller over the ConfigMaps whose names start with `prefix`, and stops it when the test ends. */
async function run(
  prefix: string,
  spec: Pick<ControllerSpec, 'reconcile'> & Partial<ControllerSpec>,
  time: Clock = clock,
) {
  const metrics = new CountingMetrics();
  const log = new RecordingLog();
  const manager = new Manager({ clock: time, log, random: () => 0, metrics: () => metrics });
  const informer = newInformer({ client, clock, log }, { resource: configMaps, namespace: 'default' });
  manager.addInformer(informer, { required: true });
  const changes = watch(informer, (before, after) => {
    const object = after ?? before;
    return object?.metadata.name.startsWith(prefix) ? [keyOf(object)] : [];
  });
  const queue = manager.addController({ name: prefix, watches: [changes], permissions: [], ...spec });
  const abort = new AbortController();
  const life = manager.run(abort.signal);
  const stop = () => {
    abort.abort();
    return life;
  };
  onTestFinished(stop);
  await eventually('the first list', async () => expect(manager.unready()).toBeUndefined());
  /** Writes the map's number and waits until the cache has it. */
  const change = async (name: string, n: number) => {
    await touch(client, name, n);
    await eventually(`${name} is ${n}`, async () =>
      expect(informer.get(`default/${name}`)?.data?.['n']).toBe(String(n)),
    );
  };
  return { metrics, log, informer, queue, change, stop };
}

/** Where reconciles wait until the test lets them go on. */
class Gate {
  arrived = 0;
  readonly #opened = Promise.withResolvers<void>();
  readonly open = this.#opened.resolve;

  pass(): Promise<void> {
    this.arrived++;
    return this.#opened.promise;
  }
}

describe('8: the queue of a controller', () => {
  it('runs a key once for ten changes that came while it waited', async () => {
    const gate = new Gate();
    const runs: string[] = [];
    const { informer, change, metrics } = await run('waiting', {
      workers: 1,
      reconcile: async (key) => {
        runs.push(`${key} ${informer.get(key)?.data?.['n']}`);
        if (key.endsWith('-first')) await gate.pass();
        return undefined;
      },
    });
    await change('waiting-first', 0);
    await eventually('the worker is busy', async () => expect(gate.arrived).toBe(1));
    for (let n = 1; n <= 10; n++) await change('waiting-key', n);
    gate.open();
    await eventually('all is done', async () => expect(metrics.ended['success']).toBe(2));
    expect(runs).toEqual(['default/waiting-first 0', 'default/waiting-key 10']);
  });

  it('runs a key once more for ten changes that came while it ran', async () => {
    const gate = new Gate();
    const runs: unknown[] = [];
    const { informer, change, metrics } = await run('running', {
      reconcile: async (key) => {
        runs.push(informer.get(key)?.data?.['n']);
        if (runs.length === 1) await gate.pass();
        return undefined;
      },
    });
    await change('running-key', 0);
    await eventually('the key runs', async () => expect(gate.arrived).toBe(1));
    for (let n = 1; n <= 10; n++) await change('running-key', n);
    gate.open();
    await eventually('all is done', async () => expect(metrics.ended['success']).toBe(2));
    expect(runs).toEqual(['0', '10']);
  });

  it('lets no two workers hold one key, and shows each key its last change', async () => {
    const held = new Set<string>();
    const seen = new Map<string, unknown>();
    let clashes = 0;
    const { informer, change, metrics } = await run('shared', {
      workers: 8,
      reconcile: async (key, { signal }) => {
        if (held.has(key)) clashes++;
        held.add(key);
        const n = informer.get(key)?.data?.['n'];
        await client.get(configMaps, splitKey(key), { signal });
        seen.set(key, n);
        held.delete(key);
        return undefined;
      },
    });
    const names = ['shared-a', 'shared-b', 'shared-c', 'shared-d'];
    await Promise.all(
      names.map(async (name) => {
        for (let n = 1; n <= 15; n++) await touch(client, name, n);
        await change(name, 16);
      }),
    );
    const wanted = names.map((name) => [`default/${name}`, '16']);
    await eventually('every key has seen its last change', async () =>
      expect([...seen].sort()).toEqual(wanted),
    );
    expect(clashes).toBe(0);
    expect(metrics.mostRunning).toBeGreaterThan(1);
  });

  it('waits longer after each failure, and from the start again after a success', async () => {
    const time = new SteppedClock();
    const at: number[] = [];
    let broken = true;
    const { change } = await run(
      'failing',
      {
        reconcile: async () => {
          at.push(time.monotonic());
          if (broken) throw new Error('not yet');
          return undefined;
        },
      },
      time,
    );
    await change('failing-key', 1);
    await time.step(350);
    broken = false;
    await time.step(400);
    broken = true;
    await change('failing-key', 2);
    await time.step(50);
    expect(at).toEqual([0, 50, 150, 350, 750, 750, 800]);
  });

  it('is drained before the program stops, and what waits in it is not begun', async () => {
    const gate = new Gate();
    const runs: string[] = [];
    const { change, stop } = await run('draining', {
      workers: 1,
      reconcile: async (key) => {
        await gate.pass();
        await client.get(configMaps, splitKey(key));
        runs.push(key);
        return undefined;
      },
    });
    await change('draining-1', 1);
    await eventually('the worker is busy', async () => expect(gate.arrived).toBe(1));
    await change('draining-2', 1);
    const stopped = stop();
    gate.open();
    await stopped;
    expect(runs).toEqual(['default/draining-1']);
  });
});

describe('9: a reconcile that never settles', () => {
  it('is aborted at its deadline, counted as a timeout and retried, while other keys run', async ({
    skip,
  }) => {
    const { skip: why } = requireCapabilities(running.cluster, 'restart');
    skip(why !== undefined, why);
    const reasons: unknown[] = [];
    const { queue, change, metrics } = await run('hung', {
      workers: 2,
      timeout: 1_000,
      reconcile: async (key, { signal }) => {
        if (key === 'quick') return undefined;
        signal.addEventListener('abort', () => reasons.push(signal.reason));
        // The call's own deadline is far away: it is the reconcile's that counts.
        await client.get(configMaps, splitKey(key), { signal, timeoutMs: 600_000 });
        return undefined;
      },
    });
    await change('hung-key', 1);
    await eventually('the key runs', async () => expect(metrics.ended['success']).toBe(1));
    const timeouts = metrics.ended['error/timeout'] ?? 0;

    await running.cluster.apiServer.pause();
    try {
      queue.enqueue('default/hung-key');
      await eventually('it is retried', async () =>
        expect(metrics.ended['error/timeout']).toBeGreaterThanOrEqual(timeouts + 2),
      );
      queue.enqueue('quick');
      await eventually('another key runs', async () => expect(metrics.ended['success']).toBe(2));
    } finally {
      await running.cluster.apiServer.resume();
    }
    await eventually('the retry succeeds', async () => expect(metrics.ended['success']).toBe(3));
    for (const reason of reasons) expect(reason).toBeInstanceOf(ReconcileTimeout);
  });

  it('does not keep the program beyond the grace time, not even if it ignores its signal', async () => {
    const time = new SteppedClock();
    const { queue, stop, log } = await run('deaf', { reconcile: () => new Promise(() => {}) }, time);
    queue.enqueue('key');
    await time.step(1_000);
    const stopped = stop();
    await time.step(10_000);
    await stopped;
    expect(log.alarms).toEqual([]);
  });
});
