import { systemClock } from '#src/runtime/system-clock.ts';
import { figures } from '../propagation/figures.ts';
import type { Lane } from '../propagation/lanes.ts';
import { type Measured, measure, ROUNDS_OF_A_RUN } from '../propagation/measure.ts';
import { openRig } from '../propagation/run.ts';
import { seededRandom } from '../stats/random.ts';
import type { FloodFigures } from './figures.ts';
import { Flood } from './flood.ts';

export interface FloodOptions {
  /** Rounds to measure in each condition at least. */
  rounds: number;
  /** Changes that the flooding exporter makes a second. */
  perSecond: number;
  seed: number;
}

const SPACING_MS = 100;
const WARM_UP_ROUNDS = 200;

/**
 * Measures the lanes of `propagation` with and without a flood of another exporter's, in turns, on one set of clusters:
 * whatever the flood takes from the machine it takes from the bare relays as well.
 */
export async function runFlood(
  { rounds, perSecond, seed }: FloodOptions,
  say: (line: string) => void,
): Promise<FloodFigures> {
  await using stack = new AsyncDisposableStack();
  const { rig, product, set } = await openRig({ slices: 'pods', relaysOnly: false }, stack, say);
  const flood = stack.adopt(await Flood.open(set, perSecond), (it) => it.stop());
  const random = seededRandom(seed);
  const some = (warmUpRounds: number): Promise<Measured> =>
    measure(rig.change, {
      lanes: rig.lanes,
      rounds: ROUNDS_OF_A_RUN,
      warmUpRounds,
      spacingMs: SPACING_MS,
      warmUpSpacingMs: SPACING_MS,
      random,
      clock: systemClock(),
      report: say,
    });
  const quiet: Measured[] = [];
  const flooded: Measured[] = [];
  let [changes, ms] = [0, 0];
  const delays = { quiet: {}, flooded: {} };
  while (kept(quiet) < rounds || kept(flooded) < rounds) {
    say('nobody else changes anything');
    quiet.push(await some(quiet.length === 0 ? WARM_UP_ROUNDS : 0));
    delays.quiet = (await product?.eventLoopDelays()) ?? {};
    say(`another exporter makes ${perSecond} changes a second`);
    flood.begin();
    flooded.push(await some(0));
    const over = await flood.end();
    delays.flooded = (await product?.eventLoopDelays()) ?? {};
    changes += over.changes;
    ms += over.ms;
    if (quiet.length > 3 * Math.ceil(rounds / ROUNDS_OF_A_RUN)) break;
  }
  const of = (all: readonly Measured[], eventLoopDelayP99Ms: Record<string, number>) => {
    const found = figures(together(all), random);
    return { ...found, detail: { ...found.detail, seed, eventLoopDelayP99Ms } };
  };
  return {
    floodPerSecond: (1_000 * changes) / ms,
    quiet: of(quiet, delays.quiet),
    flooded: of(flooded, delays.flooded),
  };
}

function kept(all: readonly Measured[]): number {
  return all.reduce((sum, { samples }) => sum + (samples.get('plain')?.length ?? 0), 0);
}

function together(all: readonly Measured[]): Measured {
  const samples = new Map<Lane, number[]>();
  for (const one of all) {
    for (const [lane, times] of one.samples) samples.set(lane, [...(samples.get(lane) ?? []), ...times]);
  }
  return { samples, discarded: all.reduce((sum, { discarded }) => sum + discarded, 0) };
}
