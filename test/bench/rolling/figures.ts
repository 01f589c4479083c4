import type { Chapter, Figure } from '../report/chapter.ts';
import { renderChapter } from '../report/text.ts';
import { median } from '../stats/quantile.ts';
import type { Random } from '../stats/random.ts';
import { quantileRatio, type Ratio, withInterval } from '../stats/ratio.ts';
import { type Lane, PODS } from './content.ts';

/** What a target saw of one roll; see Account. */
interface Counts {
  writes: number;
  repeats: number;
  backwards: number;
}

/** One roll of one lane. */
export interface Roll {
  /** Updates of slices in A. */
  changes: number;
  /** How long they took to make. */
  sourceMs: number;
  /** From the last change seen in A until B shows all of them. */
  lagMs: number;
  hub: Counts;
  b: Counts;
}

export type Round = Record<Lane, Roll>;

export interface RttSamples {
  rttMs: number;
  /** The quiet ones, or all where none was. */
  rounds: readonly Round[];
  discarded: number;
  /** None was quiet: the lags say nothing. */
  noisy: boolean;
}

/** All that was measured at one round-trip time. */
export interface RttFigures {
  rttMs: number;
  /** Rounds kept, one roll of every lane each. */
  n: number;
  discarded: number;
  /** None was quiet: n are the noisy ones, and the lags say nothing. */
  noisy: boolean;
  /** Changes a second that A's API server took. */
  changesPerSecond: number;
  /** Writes on the hub, and in B, for each change in A. */
  hubWritesPerChange: number;
  importWritesPerChange: number;
  /** The same of the bare replay. */
  bareWritesPerChange: number;
  /** Lag of the product over that of the bare replay, with the interval that holds it in 95 of 100 resampled runs. */
  lagRatio: Ratio;
  /** Lag of the replay's second copy over that of the first: 1 but for noise. */
  noiseFloor: number;
  lagMs: Record<Lane, number>;
  /** Writes of the product that showed nothing new, on the hub or in B. */
  repeats: number;
  /** Older changes that the product applied after newer ones, on the hub or in B. */
  outOfOrder: number;
}

/** What `--json` prints. */
export interface RollingFigures {
  services: number;
  updates: number;
  /** Changes a second that were asked for; null: as many as A's API server takes. */
  rate: number | null;
  seed: number;
  at: RttFigures[];
}

/** What the lag may be over that of the bare replay. */
const MOST_LAG = 1.25;

/** Two replays that differ by more than this factor show a machine that is busy with something else. */
const NOISE_LIMIT = 2;

export function isNoisyRound({ bare, again }: Pick<Round, 'bare' | 'again'>): boolean {
  const [low, high] = [Math.min(bare.lagMs, again.lagMs), Math.max(bare.lagMs, again.lagMs)];
  return high > NOISE_LIMIT * low;
}

/** `random` drives the bootstrap only. */
export function rollingFigures(
  options: { services: number; updates: number; rate?: number; seed: number },
  samples: readonly RttSamples[],
  random: Random,
): RollingFigures {
  const { services, updates, rate, seed } = options;
  const at = samples.map((sample) => rttFigures(sample, random));
  return { services, updates, rate: rate ?? null, seed, at };
}

function rttFigures({ rttMs, rounds, discarded, noisy }: RttSamples, random: Random): RttFigures {
  const lags = (lane: Lane) => rounds.map((round) => round[lane].lagMs);
  const total = (of: (round: Round) => number) => rounds.reduce((sum, round) => sum + of(round), 0);
  const changes = total(({ product }) => product.changes);
  const { value, low, high } = quantileRatio(lags('product'), lags('bare'), 0.5, random);
  return {
    rttMs,
    n: rounds.length,
    discarded,
    noisy,
    changesPerSecond: round(
      median(rounds.map(({ product }) => (1_000 * product.changes) / product.sourceMs)),
    ),
    hubWritesPerChange: round(total(({ product }) => product.hub.writes + product.hub.repeats) / changes),
    importWritesPerChange: round(total(({ product }) => product.b.writes + product.b.repeats) / changes),
    bareWritesPerChange: round(total(({ bare }) => bare.hub.writes) / total(({ bare }) => bare.changes)),
    lagRatio: { value: round(value), low: round(low), high: round(high) },
    noiseFloor: round(median(lags('again')) / median(lags('bare'))),
    lagMs: {
      product: round(median(lags('product'))),
      bare: round(median(lags('bare'))),
      again: round(median(lags('again'))),
    },
    repeats: total(({ product }) => product.hub.repeats + product.b.repeats),
    outOfOrder: total(({ product }) => product.hub.backwards + product.b.backwards),
  };
}

/** The figures as a person reads them. */
export function renderRolling(found: RollingFigures): string {
  return renderChapter(rollingChapter(found));
}

/** B5: many Services that roll at once. */
export function rollingChapter({ services, updates, rate, seed, at }: RollingFigures): Chapter {
  const pace = rate === null ? 'as fast as the API server of A takes them' : `${rate} a second`;
  return {
    id: 'B5',
    name: 'rolling',
    title: `${services} Services that roll at once`,
    conditions: [
      `${services} slices of ${PODS} endpoints, ${updates} updates each in a roll, all slices in turn, ${pace}.`,
      ...at.map(
        ({ rttMs, n, discarded, noisy, noiseFloor, changesPerSecond }) =>
          `${rttMs} ms to the hub and back: ${noisy ? `all ${n} rounds noisy` : `${n} rounds kept, ${discarded} discarded`}, ${changesPerSecond.toFixed(0)} changes a second, the bare replay beside itself ${noiseFloor.toFixed(2)}.`,
      ),
      `Real: the hub and both members with their agents. Order of lanes from seed ${seed}.`,
    ],
    figures: at.flatMap(figuresAt),
    plots: [
      {
        kind: 'bars',
        y: 'lag behind the last change, over that of a bare replay',
        bars: at.map(({ rttMs, lagRatio }) => ({
          name: `${rttMs} ms to the hub`,
          value: lagRatio.value,
          limit: MOST_LAG,
        })),
      },
      {
        kind: 'bars',
        y: 'writes on the hub for each change',
        bars: at.map(({ rttMs, hubWritesPerChange }) => ({
          name: `${rttMs} ms to the hub`,
          value: hubWritesPerChange,
          limit: 1,
        })),
      },
    ],
  };
}

function figuresAt(found: RttFigures): Figure[] {
  const { rttMs, lagRatio, lagMs, hubWritesPerChange, importWritesPerChange, bareWritesPerChange } = found;
  const at = `${rttMs} ms to the hub:`;
  const none = (what: string, count: number): Figure => ({
    what: `${at} ${what}`,
    measured: String(count),
    target: '0',
    met: count === 0,
  });
  return [
    {
      what: `${at} writes on the hub for each change`,
      measured: hubWritesPerChange.toFixed(3),
      target: '≤ 1.00',
      met: hubWritesPerChange <= 1,
    },
    { what: `${at} the same of the bare replay`, measured: bareWritesPerChange.toFixed(3) },
    {
      what: `${at} writes in the importing cluster for each change`,
      measured: importWritesPerChange.toFixed(3),
    },
    {
      what: `${at} lag behind the last change, over the bare replay's`,
      measured: `${withInterval(lagRatio)}${found.noisy ? ', but every round was noisy' : ''}`,
      target: `≤ ${MOST_LAG.toFixed(2)}`,
      ...(!found.noisy && { met: lagRatio.value <= MOST_LAG }),
    },
    {
      what: `${at} lag, product and bare replay, here`,
      measured: `${lagMs.product.toFixed(0)} ms, ${lagMs.bare.toFixed(0)} ms`,
    },
    none('older changes applied after newer ones', found.outOfOrder),
    none('writes that show nothing new', found.repeats),
  ];
}

const round = (value: number) => Math.round(value * 1_000) / 1_000;
