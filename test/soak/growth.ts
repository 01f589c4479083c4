import type { Random } from '#test/bench/stats/random.ts';
import type { Figure } from './reading.ts';
import type { Life } from './series.ts';
import { type Trend, trendOf } from './trend.ts';

/** What became of one figure of a process that ran from before the warm-up's end to the end. */
export interface Growth {
  program: string;
  figure: Figure;
  /** Per hour, after the warm-up. Undefined: too short to tell. */
  trend: Trend | undefined;
  /** Whether the soak fails where it grows. */
  judged: boolean;
  grows: boolean;
}

/**
 * Queues are not looked at: they are empty when there is nothing to do, or not. Compiled code is shown and not judged:
 * it grows for hours, ever more slowly, with whatever has not been met before; resident memory is the sum of all.
 */
const LOOKED_AT: readonly (readonly [Figure, 'judged' | 'shown'])[] = [
  ['resident', 'shown'],
  ['kept', 'judged'],
  ['compiled', 'shown'],
  ['native', 'judged'],
  ['handles', 'judged'],
  ['timers', 'judged'],
  ['descriptors', 'judged'],
  ['watches', 'judged'],
];

/** Half an hour, and of a short soak a quarter: code is compiled, pools fill, caches take their size. */
export function warmUpOf(hours: number): number {
  return Math.min(0.5, hours / 4);
}

/**
 * Whether anything grows in the processes that were never started again. It does where the whole interval of the
 * slope is above zero and even its lower end comes to more than one megabyte, or one handle, over the time judged.
 */
export function growthIn(lives: readonly Life[], hours: number, random: Random): Growth[] {
  const warmUp = warmUpOf(hours);
  const whole = lives.filter(
    ({ life, program }) => life === 1 && !lives.some((one) => one.program === program && one.life > 1),
  );
  return whole.flatMap(({ program, series }) =>
    LOOKED_AT.map(([figure, how]) => {
      const points = series[figure].filter(([at]) => at >= warmUp);
      const trend = trendOf(points, random);
      const grows = trend !== undefined && trend.low * (hours - warmUp) > 1;
      return { program, figure, trend, judged: how === 'judged', grows };
    }),
  );
}
