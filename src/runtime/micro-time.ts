import type { Milliseconds } from './clock.ts';

/** A time in ms since the epoch as Kubernetes' MicroTime, which wants six decimals. */
export function microTime(at: Milliseconds): string {
  return new Date(at).toISOString().replace(/Z$/, '000Z');
}
