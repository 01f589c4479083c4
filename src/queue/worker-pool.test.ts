import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SteppedClock } from '#test/clock/stepped-clock.ts';
import { KeyedQueue } from './keyed-queue.ts';
import type { Lane } from './lanes.ts';
import { WorkerPool } from './worker-pool.ts';

const key = fc.constantFrom(...'abcdef');
const lane = fc.constantFrom<Lane>('live', 'backlog');
const script = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('add' as const), key, lane }),
    fc.record({ do: fc.constant('after' as const), key, lane, ms: fc.nat(200) }),
    fc.record({ do: fc.constant('retry' as const), key, lane }),
    fc.record({ do: fc.constant('step' as const), ms: fc.nat(100) }),
  ),
  { maxLength: 40 },
);

describe('workers over a queue', () => {
  it('never hold one key twice, and start on every key after its last add', async () => {
    await fc.assert(
      fc.asyncProperty(script, fc.integer({ min: 1, max: 4 }), fc.nat(30), async (steps, workers, busy) => {
        const clock = new SteppedClock();
        const queue = new KeyedQueue({ clock, backoff: { random: () => 0.5 } });
        const held = new Set<string>();
        /** A moment is a count of what happened: two things in one tick still have an order. */
        let moment = 0;
        const lastAsked = new Map<string, number>();
        const lastStarted = new Map<string, number>();
        const pool = new WorkerPool({
          queue,
          workers,
          work: async (taken) => {
            expect(held).not.toContain(taken.key);
            expect(held.size).toBeLessThan(workers);
            held.add(taken.key);
            lastStarted.set(taken.key, ++moment);
            await clock.sleep(busy);
            held.delete(taken.key);
          },
        });
        pool.start();
        for (const step of steps) {
          if (step.do === 'step') {
            await clock.step(step.ms);
            continue;
          }
          lastAsked.set(step.key, ++moment);
          if (step.do === 'add') queue.add(step.key, step.lane);
          if (step.do === 'after') queue.addAfter(step.key, step.ms, step.lane);
          if (step.do === 'retry') queue.retry(step.key, step.lane);
        }
        await clock.step(100_000);
        expect(clock.pending).toBe(0);
        for (const [name, asked] of lastAsked) expect(lastStarted.get(name)).toBeGreaterThan(asked);
      }),
      { numRuns: 150 },
    );
  });

  it('start only after every listener of the change has seen it', async () => {
    const queue = new KeyedQueue({ clock: new SteppedClock(), backoff: { random: () => 0 } });
    const seen: string[] = [];
    const pool = new WorkerPool({ queue, workers: 1, work: async () => void seen.push('work') });
    pool.start();
    queue.add('a');
    seen.push('next listener');
    await nextTurn();
    expect(seen).toEqual(['next listener', 'work']);
  });

  it('let the event loop turn while a long backlog of work without I/O is done', async () => {
    const queue = new KeyedQueue({ clock: new SteppedClock(), backoff: { random: () => 0 } });
    let done = 0;
    const pool = new WorkerPool({ queue, workers: 4, work: async () => void done++ });
    for (let i = 0; i < 1_000; i++) queue.add(`key ${i}`, 'backlog');
    pool.start();
    await nextTurn();
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(100);
    queue.add('live');
    while (queue.waiting > 0) await nextTurn();
    await pool.drain();
    expect(done).toBe(1_001);
  });

  it('finish what they hold, and nothing else, when drained', async () => {
    const queue = new KeyedQueue({ clock: new SteppedClock(), backoff: { random: () => 0 } });
    const gate = Promise.withResolvers<void>();
    const worked: string[] = [];
    const pool = new WorkerPool({
      queue,
      workers: 1,
      work: async (taken) => {
        await gate.promise;
        worked.push(taken.key);
      },
    });
    pool.start();
    queue.add('held');
    queue.add('waiting');
    await nextTurn();
    let drained = false;
    const drain = pool.drain().then(() => {
      drained = true;
    });
    await nextTurn();
    expect(drained).toBe(false);
    gate.resolve();
    await drain;
    expect(worked).toEqual(['held']);
  });

  it('cannot be started twice', () => {
    const queue = new KeyedQueue({ clock: new SteppedClock(), backoff: { random: () => 0 } });
    const pool = new WorkerPool({ queue, workers: 1, work: async () => {} });
    pool.start();
    expect(() => pool.start()).toThrow('started twice');
  });
});
