import { quantile, quantileOfSorted } from './quantile.ts';
import type { Random } from './random.ts';

/** A ratio of two lanes' quantiles, with the interval that holds it in 95 of 100 resampled runs. */
export interface Ratio {
  value: number;
  low: number;
  high: number;
}

/** `1.03 (1.00-1.06)` */
export function withInterval({ value, low, high }: Ratio): string {
  return `${value.toFixed(2)} (${low.toFixed(2)}-${high.toFixed(2)})`;
}

/**
 * How the q-quantile of `lane` compares with that of `base`, both measured in the same rounds (equal lengths,
 * same index = same round). The interval is a percentile bootstrap over rounds: a round is drawn with
 * both its values, so what disturbed both lanes alike stays together.
 */
export function quantileRatio(
  lane: readonly number[],
  base: readonly number[],
  q: number,
  random: Random,
  resamples = 2_000,
): Ratio {
  if (lane.length !== base.length) throw new RangeError(`lanes of ${lane.length} and ${base.length} rounds`);
  const ratios = new Float64Array(resamples);
  const drawnLane = new Float64Array(lane.length);
  const drawnBase = new Float64Array(lane.length);
  for (let resample = 0; resample < resamples; resample++) {
    for (let slot = 0; slot < lane.length; slot++) {
      const round = Math.floor(random() * lane.length);
      drawnLane[slot] = lane[round] ?? Number.NaN;
      drawnBase[slot] = base[round] ?? Number.NaN;
    }
    ratios[resample] = quantileOfSorted(drawnLane.sort(), q) / quantileOfSorted(drawnBase.sort(), q);
  }
  ratios.sort();
  return {
    value: quantile(lane, q) / quantile(base, q),
    low: quantileOfSorted(ratios, 0.025),
    high: quantileOfSorted(ratios, 0.975),
  };
}
