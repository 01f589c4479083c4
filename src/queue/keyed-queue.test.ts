import { describe, expect, it } from 'vitest';
import { SteppedClock } from '#test/clock/stepped-clock.ts';
import { KeyedQueue } from './keyed-queue.ts';

function queueOn(clock = new SteppedClock()) {
  const queue = new KeyedQueue({ clock, backoff: { random: () => 0 } });
  const takeAll = () => {
    const keys: string[] = [];
    for (let taken = queue.take(); taken; taken = queue.take()) keys.push(taken.key);
    return keys;
  };
  return { clock, queue, takeAll };
}

describe('a key in the queue', () => {
  it('runs once for ten adds while it waits', () => {
    const { queue, takeAll } = queueOn();
    for (let i = 0; i < 10; i++) queue.add('a');
    expect(takeAll()).toEqual(['a']);
  });

  it('runs once more for ten adds while it is worked on, and never twice at a time', () => {
    const { queue } = queueOn();
    queue.add('a');
    queue.take();
    for (let i = 0; i < 10; i++) queue.add('a');
    expect(queue.take()).toBeUndefined();
    queue.done('a');
    expect(queue.take()).toEqual({ key: 'a', lane: 'live' });
    queue.done('a');
    expect(queue.take()).toBeUndefined();
  });

  it('does not come back when nobody asked for it while it was worked on', () => {
    const { queue, takeAll } = queueOn();
    queue.add('a');
    queue.take();
    queue.done('a');
    expect(takeAll()).toEqual([]);
  });

  it('moves from the backlog to the live lane when a live change asks for it', () => {
    const { queue } = queueOn();
    queue.add('old', 'backlog');
    queue.add('b', 'backlog');
    queue.add('b', 'live');
    expect(queue.take()).toEqual({ key: 'b', lane: 'live' });
    expect(queue.take()).toEqual({ key: 'old', lane: 'backlog' });
  });

  it('keeps its live place when the backlog names it as well', () => {
    const { queue } = queueOn();
    queue.add('a', 'live');
    queue.add('a', 'backlog');
    expect(queue.take()?.lane).toBe('live');
  });

  it('comes back live when it was added to both lanes while it was worked on', () => {
    const { queue } = queueOn();
    queue.add('a', 'backlog');
    queue.take();
    queue.add('a', 'backlog');
    queue.add('a', 'live');
    queue.done('a');
    expect(queue.take()?.lane).toBe('live');
  });

  it('cannot be given back by someone who does not hold it', () => {
    const { queue } = queueOn();
    queue.add('a');
    expect(() => queue.done('a')).toThrow('done("a") without take');
  });
});

describe('delays', () => {
  it('keep the earliest of the times asked for', async () => {
    const { clock, queue, takeAll } = queueOn();
    queue.addAfter('a', 5_000);
    queue.addAfter('a', 1_000);
    queue.addAfter('a', 9_000);
    await clock.step(999);
    expect(takeAll()).toEqual([]);
    await clock.step(1);
    expect(takeAll()).toEqual(['a']);
  });

  it('release keys in the order of their times', async () => {
    const { clock, queue, takeAll } = queueOn();
    for (const delay of [30, 10, 20, 50, 40]) queue.addAfter(`after ${delay}`, delay);
    await clock.step(45);
    expect(takeAll()).toEqual(['after 10', 'after 20', 'after 30', 'after 40']);
  });

  it('end when the key is taken for another reason: the work sees everything anyway', async () => {
    const { clock, queue, takeAll } = queueOn();
    queue.addAfter('a', 1_000);
    queue.add('a');
    queue.take();
    queue.done('a');
    await clock.step(2_000);
    expect(takeAll()).toEqual([]);
  });

  it.each([0, -5, Number.NaN])('of %d ms are none', (delay) => {
    const { queue, takeAll } = queueOn();
    queue.addAfter('a', delay);
    expect(takeAll()).toEqual(['a']);
  });
});

describe('retries', () => {
  it('wait longer each time, up to the cap, and start anew after forget', async () => {
    const { clock, queue } = queueOn();
    const delays: number[] = [];
    for (let i = 0; i < 14; i++) {
      delays.push(queue.retry('a'));
      await clock.step(delays.at(-1) ?? 0);
    }
    expect(delays.slice(0, 4)).toEqual([50, 100, 200, 400]);
    expect(delays.at(-1)).toBe(40_000);
    queue.forget('a');
    expect(queue.retry('a')).toBe(50);
  });

  it('wait as long as a server has asked for, where that is longer', async () => {
    const { clock, queue } = queueOn();
    expect(queue.retry('a', 'live', 3_000)).toBe(3_000);
    await clock.step(3_000);
    expect(queue.retry('a')).toBe(100);
  });

  it('of one key do not slow another', () => {
    const { queue } = queueOn();
    for (let i = 0; i < 10; i++) queue.retry('bad');
    expect(queue.retry('good')).toBe(50);
  });

  it('keep the lane the key was taken from', async () => {
    const { clock, queue } = queueOn();
    queue.retry('a', 'backlog');
    await clock.step(50);
    expect(queue.take()).toEqual({ key: 'a', lane: 'backlog' });
  });
});

describe('shutting down', () => {
  it('refuses adds, drops what waits and leaves no timer', async () => {
    const { clock, queue, takeAll } = queueOn();
    queue.add('waiting');
    queue.addAfter('delayed', 10);
    queue.shutDown();
    queue.add('late');
    queue.addAfter('later', 10);
    queue.retry('failed');
    expect(clock.pending).toBe(0);
    await clock.step(1_000);
    expect(takeAll()).toEqual([]);
  });

  it('lets a worker give its key back, which does not come again', () => {
    const { queue } = queueOn();
    queue.add('a');
    queue.take();
    queue.add('a');
    queue.shutDown();
    queue.done('a');
    expect(queue.processing).toBe(0);
    expect(queue.take()).toBeUndefined();
  });
});
