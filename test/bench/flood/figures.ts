import { quantile } from '../stats/quantile.ts';

/** How long changes of one exporter take, in milliseconds: while all is quiet, and while another one floods. */
export interface FloodSamples {
  quiet: number[];
  flooded: number[];
  /** Changes that the flooding exporter got through while the others were measured. */
  floodChanges: number;
  floodMs: number;
}

export interface FloodFigures {
  changes: number;
  floodPerSecond: number;
  quietMs: { p50: number; p99: number };
  floodedMs: { p50: number; p99: number };
  /** Of the 99th percentiles. */
  ratio: number;
}

/** Throws where nothing was measured. */
export function floodFigures({ quiet, flooded, floodChanges, floodMs }: FloodSamples): FloodFigures {
  const of = (sample: readonly number[]) => ({ p50: quantile(sample, 0.5), p99: quantile(sample, 0.99) });
  const [quietMs, floodedMs] = [of(quiet), of(flooded)];
  return {
    changes: quiet.length,
    floodPerSecond: (1_000 * floodChanges) / floodMs,
    quietMs,
    floodedMs,
    ratio: floodedMs.p99 / quietMs.p99,
  };
}

export function renderFlood({ changes, floodPerSecond, quietMs, floodedMs, ratio }: FloodFigures): string {
  const row = (name: string, { p50, p99 }: { p50: number; p99: number }) =>
    `${name.padEnd(24)}${p50.toFixed(1).padStart(10)}${p99.toFixed(1).padStart(10)}`;
  return [
    `${changes} changes each; the flood: ${floodPerSecond.toFixed(0)} changes per second of another exporter`,
    'ms to another cluster          p50       p99',
    row('nobody else changes', quietMs),
    row('while another floods', floodedMs),
    `ratio of the p99: ${ratio.toFixed(2)}`,
  ].join('\n');
}
