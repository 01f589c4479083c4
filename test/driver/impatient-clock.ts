import type { Clock, Milliseconds } from '#src/runtime/clock.ts';
import { systemClock } from '#src/runtime/system-clock.ts';

/** Long enough not to spin on two cores. */
const LONGEST_SLEEP: Milliseconds = 250;

/**
 * The machine's clock for an agent that tries again soon: a server that comes back is asked at once, instead of
 * after the half minute that the back-off has grown to. Deadlines and intervals are what they are.
 */
export function impatientClock(): Clock {
  const clock = systemClock();
  return { ...clock, sleep: (delay, signal) => clock.sleep(Math.min(delay, LONGEST_SLEEP), signal) };
}
