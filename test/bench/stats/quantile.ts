/**
 * The q-quantile (0 to 1) of a sample, with linear interpolation between the two nearest ranks.
 * Throws on an empty sample: a figure out of nothing would be a lie.
 */
export function quantile(sample: readonly number[], q: number): number {
  return quantileOfSorted(Float64Array.from(sample).sort(), q);
}

/** Like quantile, for a sample that is sorted already. */
export function quantileOfSorted(sorted: ArrayLike<number>, q: number): number {
  if (!(q >= 0 && q <= 1)) throw new RangeError(`a quantile lies between 0 and 1, not at ${q}`);
  const position = q * (sorted.length - 1);
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) throw new RangeError('no quantile of an empty sample');
  return below + (above - below) * (position - Math.floor(position));
}

/** The 0.5-quantile. */
export function median(sample: readonly number[]): number {
  return quantile(sample, 0.5);
}
