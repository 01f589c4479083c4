import { performance } from 'node:perf_hooks';
import type { Clock, Milliseconds, Timer } from './clock.ts';
import { sleepOn } from './sleep.ts';

/** The longest delay setTimeout honours; beyond it, it fires at once. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** The machine's own clock. Its timers hold no process open. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    after,
    sleep: (delay, signal) => sleepOn(after, delay, signal),
  };
}

function after(delay: Milliseconds, fire: () => void): Timer {
  let remaining = delay;
  let handle: NodeJS.Timeout;
  const arm = () => {
    const step = Math.min(Math.max(remaining, 0), LONGEST_TIMEOUT);
    remaining -= step;
    handle = setTimeout(() => (remaining > 0 ? arm() : fire()), step);
    handle.unref();
  };
  arm();
  return { cancel: () => clearTimeout(handle) };
}
