import { quantile } from './quantile.ts';

/** A bare relay whose p99 is more than this many times its p50 shows that the machine was busy with something else. */
const NOISE_LIMIT = 5;

/**
 * Whether a run says nothing: one of its bare lanes (never the product's) has a p99 above NOISE_LIMIT
 * times its p50. The whole run is dropped then, all lanes alike.
 */
export function isNoisy(bareLanes: readonly (readonly number[])[]): boolean {
  return bareLanes.some((lane) => quantile(lane, 0.99) > NOISE_LIMIT * quantile(lane, 0.5));
}
