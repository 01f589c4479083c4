import { describe, expect, it } from 'vitest';
import { KubeApiError } from '#src/kube/errors.ts';
import { SteppedClock } from '#test/clock/stepped-clock.ts';
import { CountingMetrics } from '#test/runtime/counting-metrics.ts';
import { RecordingLog } from '#test/runtime/recording-log.ts';
import { type ControllerSpec, TerminalError } from './controller.ts';
import { ControllerRunner } from './controller-runner.ts';
import { ReconcileTimeout, Stopping } from './errors.ts';

function start(spec: Pick<ControllerSpec, 'reconcile'> & Partial<ControllerSpec>) {
  const clock = new SteppedClock();
  const log = new RecordingLog();
  const metrics = new CountingMetrics();
  const stop = new AbortController();
  const runner = new ControllerRunner(
    { name: 'test.loop', watches: [], permissions: [], ...spec },
    { clock, log, metrics, random: () => 0, grace: 7_000 },
  );
  let stopped = false;
  const run = runner.run(stop.signal).then(() => {
    stopped = true;
  });
  return { clock, log, metrics, runner, run, stop: () => stop.abort(), stopped: () => stopped };
}

const conflict = new KubeApiError(
  { cluster: 'hub', verb: 'update', target: 'things a' },
  { code: 409, reason: 'Conflict', message: 'the object has been modified' },
);

/** Settles only when its signal aborts, like a call to an API server that hangs. */
function hang(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

describe('a controller', () => {
  it('takes keys before it runs and from its watches, in their lanes', async () => {
    const keys: string[] = [];
    const { clock, runner } = start({
      workers: 1,
      watches: [
        {
          resource: 'things',
          attach(enqueue) {
            enqueue('listed', 'backlog');
            enqueue('changed', 'live');
          },
        },
      ],
      reconcile: async (key) => void keys.push(key),
    });
    runner.enqueue('asked');
    await clock.step(0);
    expect(keys).toEqual(['changed', 'asked', 'listed']);
  });

  it('comes back to a key when the result says so', async () => {
    const at: number[] = [];
    const { clock, runner, metrics } = start({
      reconcile: async (_key, context) => {
        at.push(context.clock.monotonic());
        return { requeueAfter: 10_000 };
      },
    });
    runner.enqueue('lease');
    await clock.step(25_000);
    expect(at).toEqual([0, 10_000, 20_000]);
    expect(metrics.ended).toEqual({ requeue_after: 3 });
  });

  it('retries a failing key later and later, and never stops the others', async () => {
    const at: number[] = [];
    const good: string[] = [];
    const { clock, runner, metrics } = start({
      workers: 1,
      reconcile: async (key, context) => {
        if (key !== 'bad') return void good.push(key);
        at.push(context.clock.monotonic());
        throw new Error('no');
      },
    });
    runner.enqueue('bad');
    runner.enqueue('good');
    await clock.step(400);
    expect(at).toEqual([0, 50, 150, 350]);
    expect(good).toEqual(['good']);
    expect(metrics.ended).toEqual({ 'error/failure': 4, success: 1 });
  });

  it('retries a key of the backlog behind what has changed since', async () => {
    const keys: string[] = [];
    const { clock, runner } = start({
      workers: 1,
      watches: [{ resource: 'things', attach: (enqueue) => enqueue('listed', 'backlog') }],
      reconcile: async (key, context) => {
        keys.push(key);
        if (keys.length === 1) throw new Error('no');
        if (key === 'long') await context.clock.sleep(40);
      },
    });
    await clock.step(40);
    runner.enqueue('long');
    await clock.step(20);
    runner.enqueue('changed');
    await clock.step(100);
    expect(keys).toEqual(['listed', 'long', 'changed', 'listed']);
  });

  it('starts the delays anew after a success', async () => {
    const at: number[] = [];
    let broken = true;
    const { clock, runner } = start({
      reconcile: async (_key, context) => {
        at.push(context.clock.monotonic());
        if (broken) throw new Error('no');
      },
    });
    runner.enqueue('a');
    await clock.step(150);
    broken = false;
    runner.enqueue('a');
    await clock.step(0);
    broken = true;
    runner.enqueue('a');
    await clock.step(60);
    expect(at).toEqual([0, 50, 150, 150, 150, 200]);
  });

  it('does not retry a terminal error, but takes the next change', async () => {
    let runs = 0;
    const { clock, runner, log, metrics } = start({
      reconcile: async () => {
        runs++;
        throw new TerminalError('spec.type is ExternalName');
      },
    });
    runner.enqueue('a');
    await clock.step(600_000);
    expect(runs).toBe(1);
    runner.enqueue('a');
    await clock.step(0);
    expect(metrics.ended).toEqual({ 'error/terminal': 2 });
    expect(log.alarms).toHaveLength(2);
  });

  it('logs a failure once, with the controller, the key and the id of the reconcile', async () => {
    const error = new Error('hub says no');
    let runs = 0;
    const { clock, runner, log } = start({
      reconcile: async (_key, context) => {
        if (runs++ > 0) return;
        context.log.info({ step: 'write' }, 'writing');
        throw error;
      },
    });
    runner.enqueue('prod/db');
    await clock.step(1_000);
    const place = { key: 'prod/db', namespace: 'prod', name: 'db' };
    const bindings = { controller: 'test.loop', ...place, reconcileID: '1' };
    expect(log.lines).toEqual([
      { level: 'info', message: 'writing', fields: { ...bindings, step: 'write' } },
      {
        level: 'error',
        message: 'reconcile failed, will retry',
        fields: { ...bindings, err: error, failures: 1, trouble: 'failure' },
      },
    ]);
  });

  it('does not fill the log with a key that goes on failing', async () => {
    const { clock, runner, log } = start({
      reconcile: async () => {
        throw new Error('hub is away');
      },
    });
    runner.enqueue('a');
    await clock.step(3_600_000);
    expect(log.alarms.map(({ fields }) => fields['failures'])).toEqual([1, 2, 4, 8, 16, 32, 64]);
  });

  it('takes a conflict for a reason to look again, not for an error', async () => {
    let conflicts = 3;
    const { clock, runner, log, metrics } = start({
      reconcile: async () => {
        if (conflicts-- > 0) throw conflict;
      },
    });
    runner.enqueue('a');
    await clock.step(10_000);
    expect(metrics.ended).toEqual({ 'requeue/conflict': 3, success: 1 });
    expect(log.alarms).toEqual([]);
  });

  it('says so when a conflict does not end', async () => {
    const { clock, runner, log } = start({
      reconcile: async () => {
        throw conflict;
      },
    });
    runner.enqueue('a');
    await clock.step(10_000);
    expect(log.alarms.map(({ fields }) => fields['failures'])).toEqual([8]);
  });

  it.each([
    ['a string', 'just text'],
    ['undefined', undefined],
  ])('makes an error of %s that was thrown', async (_what, thrown) => {
    const { clock, runner, log } = start({
      reconcile: async () => {
        throw thrown;
      },
    });
    runner.enqueue('a');
    await clock.step(0);
    expect(log.alarms[0]?.fields['err']).toEqual(
      new Error(`thrown value is not an Error: ${String(thrown)}`),
    );
  });

  it('takes a reconcile that throws instead of rejecting for the same', async () => {
    const { clock, runner, metrics } = start({
      reconcile: () => {
        throw new Error('no');
      },
    });
    runner.enqueue('a');
    await clock.step(0);
    expect(metrics.ended).toEqual({ 'error/failure': 1 });
  });
});

describe('the deadline of a reconcile', () => {
  it('aborts it, counts a timeout and retries', async () => {
    const reasons: unknown[] = [];
    const { clock, runner, log, metrics } = start({
      timeout: 30_000,
      reconcile: async (_key, { signal }) => {
        signal.addEventListener('abort', () => reasons.push(signal.reason));
        if (reasons.length === 0) await hang(signal);
      },
    });
    runner.enqueue('a');
    await clock.step(29_999);
    expect(reasons).toEqual([]);
    await clock.step(100);
    expect(reasons).toEqual([new ReconcileTimeout(30_000)]);
    expect(metrics.ended).toEqual({ 'error/timeout': 1, success: 1 });
    expect(log.alarms.map(({ fields }) => fields['trouble'])).toEqual(['timeout']);
  });

  it('is a minute unless told, and keeps what the reconcile was doing as the cause', async () => {
    const { clock, runner, log } = start({
      reconcile: async (_key, { signal }) => {
        await hang(signal).catch((cause) => {
          throw new Error('PUT endpointslices/db', { cause });
        });
      },
    });
    runner.enqueue('a');
    await clock.step(60_000);
    const err = log.alarms[0]?.fields['err'];
    expect(err).toMatchObject({ name: 'ReconcileTimeout', cause: { message: 'PUT endpointslices/db' } });
  });

  it('frees the worker of a reconcile that ignores it', async () => {
    const keys: string[] = [];
    const { clock, runner, metrics } = start({
      workers: 1,
      reconcile: async (key) => {
        keys.push(key);
        if (key === 'deaf' && keys.length === 1) await new Promise(() => {});
      },
    });
    runner.enqueue('deaf');
    runner.enqueue('next');
    await clock.step(62_000);
    expect(keys).toEqual(['deaf', 'next', 'deaf']);
    expect(metrics.ended).toEqual({ 'error/timeout': 1, success: 2 });
    expect(clock.pending).toBe(0);
  });
});

describe('stopping a controller', () => {
  it('lets running reconciles finish, starts no others and leaves no timer', async () => {
    const keys: string[] = [];
    const { clock, runner, run, stop, stopped, log, metrics } = start({
      workers: 1,
      reconcile: async (key, context) => {
        keys.push(key);
        await context.clock.sleep(3_000, context.signal);
        keys.push(`${key} finished`);
      },
    });
    runner.enqueue('a');
    runner.enqueue('b');
    await clock.step(0);
    stop();
    await clock.step(2_999);
    expect(stopped()).toBe(false);
    await clock.step(1);
    await run;
    expect(keys).toEqual(['a', 'a finished']);
    expect([metrics.running, metrics.mostRunning]).toEqual([0, 1]);
    expect([clock.pending, log.alarms]).toEqual([0, []]);
  });

  it('aborts with another reason than a timeout what has not finished within the grace time, quietly', async () => {
    const reasons: unknown[] = [];
    const { clock, runner, run, stop, log, metrics } = start({
      reconcile: async (_key, { signal }) => {
        signal.addEventListener('abort', () => reasons.push(signal.reason));
        await hang(signal);
      },
    });
    runner.enqueue('a');
    await clock.step(0);
    stop();
    await clock.step(7_000);
    await run;
    expect(reasons).toEqual([expect.any(Stopping)]);
    expect([metrics.ended, log.alarms, clock.pending]).toEqual([{}, [], 0]);
  });

  it('is not held up by a reconcile that ignores its signal', async () => {
    const { clock, runner, run, stop } = start({ reconcile: () => new Promise(() => {}) });
    runner.enqueue('a');
    await clock.step(0);
    stop();
    await clock.step(8_000);
    await run;
    expect(clock.pending).toBe(0);
  });

  it('cannot be undone: a second run throws', async () => {
    const { runner } = start({ reconcile: async () => undefined });
    await expect(runner.run(new AbortController().signal)).rejects.toThrow('started twice');
  });
});
