import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SteppedClock } from '#test/clock/stepped-clock.ts';
import { systemClock } from './system-clock.ts';

/** Counts the listeners that a signal still has. */
function countListeners(signal: AbortSignal): () => number {
  let count = 0;
  const add = vi.spyOn(signal, 'addEventListener').mockImplementation(() => void count++);
  const remove = vi.spyOn(signal, 'removeEventListener').mockImplementation(() => void count--);
  expect(add).not.toBe(remove);
  return () => count;
}

describe('the system clock', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('honours a delay of forty days (setTimeout fires at once beyond 2^31-1 ms)', () => {
    const days = 86_400_000;
    const fire = vi.fn();
    systemClock().after(40 * days, fire);
    vi.advanceTimersByTime(40 * days - 1);
    expect(fire).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(fire).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('cancels a timer, also after it was re-armed, and twice', () => {
    const fire = vi.fn();
    const timer = systemClock().after(2 ** 32, fire);
    vi.advanceTimersByTime(2 ** 31);
    timer.cancel();
    timer.cancel();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(2 ** 32);
    expect(fire).not.toHaveBeenCalled();
  });
});

it('the system clock holds no process open', () => {
  const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const timer = systemClock().after(60_000, () => {});
  expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout')).toHaveLength(before);
  timer.cancel();
});

describe.each([
  ['the system clock', () => systemClock()],
  ['the stepped clock', () => new SteppedClock()],
])('a sleep on %s', (_name, make) => {
  it('rejects with the reason of a signal that aborts, and of one that has', async () => {
    const abort = new AbortController();
    const clock = make();
    const asleep = clock.sleep(60_000, abort.signal);
    const reason = new Error('enough');
    abort.abort(reason);
    await expect(asleep).rejects.toBe(reason);
    if (clock instanceof SteppedClock) expect(clock.pending).toBe(0);
    await expect(make().sleep(1, abort.signal)).rejects.toBe(reason);
  });

  it('leaves no listener on the signal', async () => {
    const { signal } = new AbortController();
    const listeners = countListeners(signal);
    const clock = make();
    const asleep = clock.sleep(1, signal);
    expect(listeners()).toBe(1);
    if (clock instanceof SteppedClock) await clock.step(1);
    await asleep;
    expect(listeners()).toBe(0);
  });
});

it('the stepped clock fires timers in the order of their times, each at its time', async () => {
  const clock = new SteppedClock(1_000);
  const fired: [string, number][] = [];
  clock.after(20, () => fired.push(['late', clock.now()]));
  clock.after(10, () => {
    fired.push(['early', clock.now()]);
    clock.after(5, () => fired.push(['nested', clock.now()]));
  });
  expect(clock.untilNext).toBe(10);
  await clock.step(100);
  expect(fired).toEqual([
    ['early', 1_010],
    ['nested', 1_015],
    ['late', 1_020],
  ]);
  expect([clock.now(), clock.monotonic(), clock.pending]).toEqual([1_100, 100, 0]);
});
