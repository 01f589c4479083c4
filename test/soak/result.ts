import { seededRandom } from '#test/bench/stats/random.ts';
import { type Growth, growthIn } from './growth.ts';
import type { Leaks } from './leaks.ts';
import type { Played } from './recording.ts';
import { livesIn, type Sample } from './series.ts';
import { LASTING } from './unhurried.ts';

/** All that is known when a soak is over. */
export interface Soaked {
  hours: number;
  seed: number;
  samples: readonly Sample[];
  histories: readonly Played[];
  /** Undefined: nobody has looked, because the soak ended early. */
  leaks: Leaks | undefined;
}

export interface SoakResult {
  hours: number;
  seed: number;
  histories: number;
  /** Histories after which something was not as the oracle says, or that went against an invariant. */
  wrong: number[];
  spuriousDeletes: number;
  opsTotal: number;
  faultsTotal: number;
  restarts: number;
  samples: number;
  /** Of each process that lasted. */
  growth: Growth[];
  /** Keys that still waited in a queue at the end. */
  queued: number;
  leaks: Leaks | undefined;
  passed: boolean;
}

export function judge(soaked: Soaked): SoakResult {
  const { hours, seed, samples, histories, leaks } = soaked;
  const lives = livesIn(samples);
  const growth = growthIn(lives, hours, seededRandom(seed));
  const last = new Map(samples.map((sample) => [sample.program, sample]));
  const queued = [...last.values()].reduce((sum, { reading }) => sum + reading.queued, 0);
  const wrong = histories.filter(({ complaints }) => complaints.length > 0).map((one) => one.seed);
  const sum = (of: (history: Played) => number) => histories.reduce((total, one) => total + of(one), 0);
  return {
    hours,
    seed,
    histories: histories.length,
    wrong,
    spuriousDeletes: sum(({ spuriousDeletes }) => spuriousDeletes),
    opsTotal: sum(({ ops }) => ops),
    faultsTotal: sum(({ faults }) => faults),
    restarts: lives.length - last.size,
    samples: samples.length,
    growth,
    queued,
    leaks,
    passed:
      histories.length > 0 &&
      wrong.length === 0 &&
      queued === 0 &&
      leaks?.found.length === 0 &&
      ['hub', LASTING].every((name) => growth.some(({ program }) => program === name)) &&
      !growth.some(({ judged, grows }) => judged && grows),
  };
}

/** The result as a person reads it. */
export function printed({ growth, leaks, wrong, passed, ...result }: SoakResult): string {
  const { hours, histories, opsTotal, faultsTotal, restarts, spuriousDeletes, queued } = result;
  const lines = growth.map(({ program, figure, trend, judged, grows }) => {
    if (trend === undefined) return `  ${program}, ${figure}: too short to tell`;
    const { slope, low, high } = trend;
    const says = `${grows ? 'GROWS' : 'does not grow'}${judged ? '' : ' (not judged)'}`;
    return `  ${program}, ${figure}: ${slope.toFixed(2)} an hour (${low.toFixed(2)} to ${high.toFixed(2)}), ${says}`;
  });
  return [
    `${hours} h: ${histories} histories, ${opsTotal} operations, ${faultsTotal} faults, ${restarts} restarts`,
    `${wrong.length} histories wrong${wrong.length > 0 ? ` (seeds ${wrong.join(', ')})` : ''}, ` +
      `${spuriousDeletes} spurious deletes, ${queued} keys left in queues`,
    ...lines,
    leaks === undefined
      ? 'logs not searched'
      : `${leaks.found.length} of ${leaks.lines} log lines hold one of ${leaks.secrets} secrets`,
    passed ? 'passed' : 'FAILED',
  ].join('\n');
}
