import { median, quantileOfSorted } from '#test/bench/stats/quantile.ts';
import type { Random } from '#test/bench/stats/random.ts';

/** A value at a time; the unit of time is the caller's, and a slope is per one of it. */
export type Point = readonly [at: number, value: number];

/** How a series goes up or down, with the interval that holds its slope in 99 of 100 resampled series. */
export interface Trend {
  slope: number;
  low: number;
  high: number;
}

/** What disturbs one point disturbs its neighbours too, a garbage collector above all: that many are drawn together. */
const BLOCK = 10;
/** Of a series of fewer points an interval would say more about itself than about the series. */
export const LEAST_POINTS = 3 * BLOCK;

/**
 * The slope of a series after Theil and Sen: the median of the slopes between any two of its points, which a third of
 * them may be far off without moving it. The interval is a bootstrap of the residuals in blocks of neighbours.
 * Undefined for fewer than LEAST_POINTS points.
 */
export function trendOf(series: readonly Point[], random: Random, resamples = 1_000): Trend | undefined {
  if (series.length < LEAST_POINTS) return undefined;
  const times = series.map(([at]) => at);
  const values = series.map(([, value]) => value);
  const slope = slopeOf(times, values);
  const level = median(values.map((value, n) => value - slope * (times[n] ?? 0)));
  const line = times.map((at) => level + slope * at);
  const residuals = values.map((value, n) => value - (line[n] ?? 0));
  // What is always the same need not be drawn from.
  if (residuals.every((residual) => residual === 0)) return { slope, low: slope, high: slope };
  const slopes = Float64Array.from({ length: resamples }, () => {
    const drawn = inBlocks(residuals, random);
    return slopeOf(
      times,
      line.map((value, n) => value + (drawn[n] ?? 0)),
    );
  }).sort();
  return { slope, low: quantileOfSorted(slopes, 0.005), high: quantileOfSorted(slopes, 0.995) };
}

/** Times must differ from each other. */
function slopeOf(times: readonly number[], values: readonly number[]): number {
  const slopes = new Float64Array((times.length * (times.length - 1)) / 2);
  let next = 0;
  for (let later = 1; later < times.length; later++) {
    for (let earlier = 0; earlier < later; earlier++) {
      const span = (times[later] ?? 0) - (times[earlier] ?? 0);
      slopes[next++] = ((values[later] ?? 0) - (values[earlier] ?? 0)) / span;
    }
  }
  return quantileOfSorted(slopes.sort(), 0.5);
}

function inBlocks(values: readonly number[], random: Random): number[] {
  const drawn: number[] = [];
  while (drawn.length < values.length) {
    const from = Math.floor(random() * (values.length - BLOCK + 1));
    drawn.push(...values.slice(from, from + BLOCK));
  }
  return drawn.slice(0, values.length);
}
