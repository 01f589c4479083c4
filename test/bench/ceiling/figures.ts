import { quantile } from '../stats/quantile.ts';
import type { Random } from '../stats/random.ts';
import { quantileRatio, type Ratio } from '../stats/ratio.ts';
import { tooSoon } from '../stats/too-soon.ts';
import { endpointsOf, type Shape } from './content.ts';
import { type Burst, sum, type Window } from './measure.ts';
import type { Lane } from './publisher-side.ts';

/** One lane under the steady rate. */
export interface LaneFigures {
  changes: number;
  /** Changes a second that were really made. */
  rate: number;
  p50Ms: number;
  p99Ms: number;
  /** Share of the changes that B seemed to show as soon as the hub did: the observer was told late. */
  tooSoon: number;
  writes: number;
  coalesced: number;
  /** Changes that had not arrived a second after a window's end: the most of any window. */
  backlog: number;
  /** Slices a second that B showed when many changed at once: the most that this machine carries. */
  ceiling: number;
}

/** With one number of publishing clusters. */
export interface CeilingFigures {
  clusters: number;
  endpoints: number;
  slices: number;
  /** Changes a second that were asked for. */
  rate: number;
  seconds: number;
  /** Pairs of windows that were dropped because the bare lane was noisy. */
  discarded: number;
  /** All were: the ratios say nothing. */
  noisy: boolean;
  product: LaneFigures;
  bare: LaneFigures;
  /** Product beside bare, with the interval that holds it in 95 of 100 resampled runs. */
  r50: Ratio;
  r99: Ratio;
  /** The bare lane's later half beside its earlier one: 1 but for noise. */
  noiseFloor50: number;
  noiseFloor99: number;
  /** Writes in B that no change explains, and changes that came to nothing. 0, or something is wrong. */
  unexplained: number;
  /** Older changes that were applied after newer ones. */
  outOfOrder: number;
  /** Most resident memory that the importer ever had, MiB. */
  residentMiB: number;
  /** Processor time of the importer for a thousand changes, in milliseconds. */
  importerMsPer1000: number;
  /** That over the bare relay's. */
  processor: number;
}

/** What `--json` prints: with the first number of clusters, and with further ones. */
export interface Ceilings extends CeilingFigures {
  further: CeilingFigures[];
}

export interface CeilingSamples {
  shape: Shape;
  rate: number;
  seconds: number;
  discarded: number;
  /** No pair of windows was quiet; they are the noisy ones then. */
  noisy: boolean;
  windows: readonly Window[];
  bursts: readonly Burst[];
  residentMiB: number;
}

/** Fewer than usual: a sample has tens of thousands of changes. */
const RESAMPLES = 200;

/** `random` drives the bootstrap only. */
export function ceilingFigures(samples: CeilingSamples, random: Random): CeilingFigures {
  const { shape, rate, seconds, discarded, noisy, windows, bursts } = samples;
  const of = (lane: Lane) => windows.filter((window) => window.lane === lane);
  const times = (lane: Lane) => of(lane).flatMap(({ account }) => account.ms);
  const lane = (name: Lane): LaneFigures => {
    const { changes, writes, coalesced, ms } = sum(of(name).map(({ account }) => account));
    return {
      changes,
      rate: round(
        quantile(
          of(name).map((window) => window.rate),
          0.5,
        ),
      ),
      p50Ms: round(quantile(ms, 0.5)),
      p99Ms: round(quantile(ms, 0.99)),
      tooSoon: round(tooSoon(ms)),
      writes,
      coalesced,
      backlog: Math.max(...of(name).map(({ backlog }) => backlog)),
      ceiling: round(ceilingOf(bursts.filter((burst) => burst.lane === name))),
    };
  };
  const bare = times('bare');
  const half = Math.floor(bare.length / 2);
  const floor = (q: number) => round(quantile(bare.slice(half), q) / quantile(bare.slice(0, half), q));
  const ratio = (q: number) => {
    const n = Math.min(times('product').length, bare.length);
    const { value, low, high } = quantileRatio(
      times('product').slice(0, n),
      bare.slice(0, n),
      q,
      random,
      RESAMPLES,
    );
    return { value: round(value), low: round(low), high: round(high) };
  };
  const all = sum(of('product').map(({ account }) => account));
  const madeBy = (lane: Lane) => of(lane).reduce((total, { changes }) => total + changes, 0);
  const made = madeBy('product');
  const msPer1000 = (lane: Lane) =>
    (1_000 * of(lane).reduce((total, { processorMs }) => total + processorMs, 0)) / madeBy(lane);
  return {
    clusters: shape.clusters,
    endpoints: endpointsOf(shape),
    slices: shape.clusters * shape.services,
    rate,
    seconds,
    discarded,
    noisy,
    product: lane('product'),
    bare: lane('bare'),
    r50: ratio(0.5),
    r99: ratio(0.99),
    noiseFloor50: floor(0.5),
    noiseFloor99: floor(0.99),
    unexplained: all.repeats + Math.abs(made - all.writes - all.coalesced),
    outOfOrder: all.backwards,
    residentMiB: round(samples.residentMiB),
    importerMsPer1000: round(msPer1000('product')),
    processor: round(msPer1000('product') / msPer1000('bare')),
  };
}

function ceilingOf(bursts: readonly Burst[]): number {
  if (bursts.length === 0) return Number.NaN;
  return quantile(
    bursts.map(({ changes, ms }) => (1_000 * changes) / ms),
    0.5,
  );
}

const round = (value: number) => Math.round(value * 1_000) / 1_000;
