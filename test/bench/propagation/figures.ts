import { quantile } from '../stats/quantile.ts';
import type { Random } from '../stats/random.ts';
import { quantileRatio, type Ratio } from '../stats/ratio.ts';
import { tooSoon } from '../stats/too-soon.ts';
import type { Lane } from './lanes.ts';
import type { Measured } from './measure.ts';

/** The product beside one relay. Null where the product did not run. */
export interface Beside {
  r50: number | null;
  r99: number | null;
  /** The relay's own median. */
  p50Ms: number;
}

/** Where distributions are drawn: every second percent, and closer at the end. */
export const PERCENTS: readonly number[] = [...Array.from({ length: 49 }, (_, n) => 2 * n), 97, 98, 99];

/** p50, p90 and p99 of a lane in milliseconds. */
interface Spread {
  p50Ms: number;
  p90Ms: number;
  p99Ms: number;
}

/** At one more distance. */
export type FarFigures = Omit<Figures, 'detail'> & { rttMs: number };

/** What `--json` prints. */
export interface PropagationFigures extends Figures {
  /** To the hub and back, added to everybody's way. */
  rttMs: number;
  far: readonly FarFigures[];
}

/** Of one distance; everything beyond the first seven figures stands under `detail`. */
export interface Figures {
  /** Rounds kept: each is one change on every lane. */
  n: number;
  /** Runs dropped because a bare lane was noisy. */
  discarded: number;
  plain: Beside;
  same: Beside;
  /** Median of the plain relay's second copy over that of the first: 1 but for noise. */
  noiseFloor50: number;
  productP50Ms: number | null;
  detail: {
    /** 95 % bootstrap intervals, `[low, high]`. */
    intervals: Record<string, [number, number]>;
    lanes: Partial<Record<Lane, Spread>>;
    /** Milliseconds that so many percent of a lane's changes took at most: at PERCENTS, in that order. */
    distributions: Partial<Record<Lane, number[]>>;
    /** Share of a lane's changes that B seemed to show as soon as A did: the observer was told late. */
    tooSoon: Partial<Record<Lane, number>>;
    /** Makes the same order of lanes again. */
    seed?: number;
    /** Bytes of an update's body on the hub and in B, per relay. */
    bytes?: Record<string, { hub: number; b: number }>;
    /** Per process of the product, where it says so. */
    eventLoopDelayP99Ms?: Record<string, number>;
  };
}

/** Condenses the kept rounds; throws where none was kept. `random` drives the bootstrap only. */
export function figures(measured: Measured, random: Random): Figures {
  const lane = (name: Lane) => measured.samples.get(name) ?? [];
  if (lane('plain').length === 0) {
    throw new Error(
      `no figures: all ${measured.discarded} runs were noisy, the machine is busy with something else`,
    );
  }
  const intervals: Record<string, [number, number]> = {};
  const ratio = (name: string, of: readonly number[], base: readonly number[], q: number): number | null => {
    if (of.length === 0) return null;
    const found: Ratio = quantileRatio(of, base, q, random);
    intervals[name] = [round(found.low), round(found.high)];
    return round(found.value);
  };
  const beside = (relay: 'plain' | 'same'): Beside => ({
    r50: ratio(`${relay}.r50`, lane('product'), lane(relay), 0.5),
    r99: ratio(`${relay}.r99`, lane('product'), lane(relay), 0.99),
    p50Ms: round(quantile(lane(relay), 0.5)),
  });
  const lanes: Partial<Record<Lane, Spread>> = {};
  const distributions: Figures['detail']['distributions'] = {};
  const soon: Figures['detail']['tooSoon'] = {};
  for (const [name, times] of measured.samples) {
    if (times.length === 0) continue;
    lanes[name] = spread(times);
    soon[name] = round(tooSoon(times));
    distributions[name] = PERCENTS.map((percent) => round(quantile(times, percent / 100)));
  }
  return {
    n: lane('plain').length,
    discarded: measured.discarded,
    plain: beside('plain'),
    same: beside('same'),
    noiseFloor50: ratio('noiseFloor50', lane('again'), lane('plain'), 0.5) ?? Number.NaN,
    productP50Ms: lanes.product?.p50Ms ?? null,
    detail: { intervals, lanes, distributions, tooSoon: soon },
  };
}

function spread(times: readonly number[]): Spread {
  return {
    p50Ms: round(quantile(times, 0.5)),
    p90Ms: round(quantile(times, 0.9)),
    p99Ms: round(quantile(times, 0.99)),
  };
}

const round = (value: number) => Math.round(value * 1_000) / 1_000;
