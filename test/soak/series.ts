import { median } from '#test/bench/stats/quantile.ts';
import type { Figure, Reading } from './reading.ts';
import type { Point } from './trend.ts';

/** One look into a process, and which process it was. */
export interface Sample {
  /** `hub`, or a member's id. */
  program: string;
  /** Counts the program's starts from 1: what a process held goes with it, so each has series of its own. */
  life: number;
  /** Seconds since the soak began. */
  at: number;
  reading: Reading;
}

/** What one process showed, a point a minute, time in hours. */
export interface Life {
  program: string;
  life: number;
  series: Readonly<Record<Figure, readonly Point[]>>;
}

const MINUTE = 60;
const HOUR = 3_600;

/**
 * How the samples of a minute become one point. What a program keeps is what a collection left: the least that was seen.
 * Of what comes and goes with the work the median says what there usually is.
 */
const OF_A_MINUTE: Readonly<Record<Figure, (values: readonly number[]) => number>> = {
  resident: median,
  kept: (values) => Math.min(...values),
  compiled: median,
  native: median,
  handles: median,
  timers: median,
  descriptors: median,
  watches: median,
  queued: median,
};

/** Series of each process that was sampled, in the order in which they came up. */
export function livesIn(samples: readonly Sample[]): Life[] {
  const byLife = Map.groupBy(samples, ({ program, life }) => `${program} ${life}`);
  return [...byLife.values()].flatMap((of) => {
    const [first] = of;
    if (first === undefined) return [];
    const minutes = [...Map.groupBy(of, ({ at }) => Math.floor(at / MINUTE))].sort(([a], [b]) => a - b);
    const pointsOf = (figure: Figure): Point[] =>
      minutes.map(([minute, during]) => [
        (minute * MINUTE) / HOUR,
        OF_A_MINUTE[figure](during.map(({ reading }) => reading[figure])),
      ]);
    const series = {
      resident: pointsOf('resident'),
      kept: pointsOf('kept'),
      compiled: pointsOf('compiled'),
      native: pointsOf('native'),
      handles: pointsOf('handles'),
      timers: pointsOf('timers'),
      descriptors: pointsOf('descriptors'),
      watches: pointsOf('watches'),
      queued: pointsOf('queued'),
    };
    return [{ program: first.program, life: first.life, series }];
  });
}
