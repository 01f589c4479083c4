import type { Clock } from '#src/runtime/clock.ts';
import { isNoisy } from '../stats/noise.ts';
import { median } from '../stats/quantile.ts';
import type { Random } from '../stats/random.ts';
import { type Lane, RELAYS } from './lanes.ts';
import { roundOrders } from './order.ts';

/** Rounds of one run: what is kept or discarded as a whole. */
export const ROUNDS_OF_A_RUN = 100;

export interface MeasureOptions {
  lanes: readonly Lane[];
  /** Rounds to keep at least, each with one change on every lane. */
  rounds: number;
  warmUpRounds: number;
  /** From the start of one change to the start of the next, at least. */
  spacingMs: number;
  warmUpSpacingMs: number;
  random: Random;
  clock: Pick<Clock, 'monotonic' | 'sleep'>;
  report(line: string): void;
  /** Called once, between warm-up and the first run. */
  onWarm?(): Promise<void>;
}

/** Milliseconds per lane; the same index is the same round. */
type Samples = ReadonlyMap<Lane, readonly number[]>;

export interface Measured {
  samples: Samples;
  /** Runs that were dropped because a bare lane was noisy. */
  discarded: number;
}

/**
 * Makes changes in rounds until enough of them lie in runs that were quiet. Gives up, with what there
 * is, when more runs were noisy than quiet ones are wanted.
 */
export async function measure(
  change: (lane: Lane) => Promise<number>,
  options: MeasureOptions,
): Promise<Measured> {
  const { lanes, rounds, report } = options;
  if (options.warmUpRounds > 0) {
    report(`warming up: ${options.warmUpRounds} changes on each of ${lanes.length} lanes`);
    await runOf(options.warmUpRounds, change, { ...options, spacingMs: options.warmUpSpacingMs });
  }
  await options.onWarm?.();
  const wanted = Math.ceil(rounds / ROUNDS_OF_A_RUN);
  const kept = new Map<Lane, number[]>(lanes.map((lane) => [lane, []]));
  let quiet = 0;
  let discarded = 0;
  while (quiet < wanted && discarded <= wanted) {
    const run = await runOf(ROUNDS_OF_A_RUN, change, options);
    const noisy = isNoisy(bareLanes(run));
    if (noisy) discarded++;
    else {
      quiet++;
      for (const [lane, times] of run) kept.get(lane)?.push(...times);
    }
    const medians = lanes.map((lane) => `${lane} ${median(run.get(lane) ?? []).toFixed(1)} ms`).join(', ');
    report(
      `run ${quiet + discarded}${noisy ? ' (noisy, discarded)' : ` (${quiet} of ${wanted})`}: p50 ${medians}`,
    );
  }
  return { samples: kept, discarded };
}

function bareLanes(run: Samples): (readonly number[])[] {
  return RELAYS.flatMap((lane) => {
    const times = run.get(lane);
    return times === undefined ? [] : [times];
  });
}

async function runOf(
  rounds: number,
  change: (lane: Lane) => Promise<number>,
  options: MeasureOptions,
): Promise<Map<Lane, number[]>> {
  const { clock, spacingMs } = options;
  const samples = new Map<Lane, number[]>(options.lanes.map((lane) => [lane, []]));
  for (const lane of roundOrders(options.lanes, rounds, options.random).flat()) {
    const next = clock.monotonic() + spacingMs;
    samples.get(lane)?.push(await change(lane));
    // Not sooner than the spacing says, and never without a pause: what follows a change is done by then.
    await clock.sleep(Math.max(spacingMs / 4, next - clock.monotonic()));
  }
  return samples;
}
