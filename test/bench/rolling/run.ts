import type { Account } from '../journey/ledger.ts';
import { roundOrders } from '../propagation/order.ts';
import { freeze, thaw } from '../rig/freeze.ts';
import { seededRandom } from '../stats/random.ts';
import { LANES, type Lane } from './content.ts';
import {
  isNoisyRound,
  type Roll,
  type RollingFigures,
  type Round,
  type RttSamples,
  rollingFigures,
} from './figures.ts';
import { buildRig, type Rig } from './rig.ts';

export interface RollingOptions {
  /** Services that roll at once, one slice each. */
  services: number;
  /** Changes of each slice in one roll. */
  updates: number;
  /** Rounds to keep for each round-trip time, with one roll of every lane each. */
  rounds: number;
  /** Round-trip times to the hub, in milliseconds. */
  rtt: readonly number[];
  /** Changes a second over all Services; as fast as A's API server takes them where there is none. */
  rate?: number;
  seed: number;
}

/** Starts everything, measures, and stops everything. `say` takes progress, line by line. */
export async function runRolling(
  options: RollingOptions,
  say: (line: string) => void,
): Promise<RollingFigures> {
  await using stack = new AsyncDisposableStack();
  say(`exporting ${options.services} Services, and importing them by every lane`);
  const rig = await buildRig(options.services, stack);
  const random = seededRandom(options.seed);
  const samples: RttSamples[] = [];
  for (const rttMs of options.rtt) {
    rig.link.rtt(rttMs);
    say(`${rttMs} ms to the hub and back: warming up`);
    for (const lane of LANES) await roll(rig, lane, { ...options, updates: Math.ceil(options.updates / 4) });
    samples.push({ rttMs, ...(await rounds(rig, options, random, say)) });
  }
  return rollingFigures(options, samples, random);
}

/** Rounds until enough were quiet, or as many were noisy. */
async function rounds(
  rig: Rig,
  options: RollingOptions,
  random: () => number,
  say: (line: string) => void,
): Promise<Omit<RttSamples, 'rttMs'>> {
  const kept: Round[] = [];
  const discarded: Round[] = [];
  for (const order of roundOrders(LANES, 2 * options.rounds, random)) {
    const rolls = new Map<Lane, Roll>();
    for (const lane of order) rolls.set(lane, await roll(rig, lane, options));
    const round = Object.fromEntries(rolls) as Round;
    const noisy = isNoisyRound(round);
    (noisy ? discarded : kept).push(round);
    const told = LANES.map((lane) => {
      const { changes, hub, lagMs } = round[lane];
      return `${lane} ${lagMs.toFixed(0)} ms behind, ${(hub.writes / changes).toFixed(3)} writes a change`;
    });
    say(`${noisy ? 'noisy, discarded' : `round ${kept.length} of ${options.rounds}`}: ${told.join('; ')}`);
    if (kept.length === options.rounds) break;
  }
  // What was counted holds on a busy machine, too.
  const noisy = kept.length === 0;
  return { rounds: noisy ? discarded : kept, discarded: discarded.length, noisy };
}

/** One roll of one lane. While it is not the product's turn, the product's processes stand still. */
async function roll(rig: Rig, lane: Lane, { updates, rate }: RollingOptions): Promise<Roll> {
  const { agents, roller, observing } = rig;
  if (lane !== 'product') freeze(agents);
  try {
    // Connections that were closed while the lane stood still are opened by this one.
    await observing.begin(lane);
    await observing.arrived(lane, await roller.roll(lane, 1, rate));
    await observing.begin(lane);
    const start = performance.now();
    const changes = await roller.roll(lane, updates, rate);
    const sourceMs = performance.now() - start;
    const lag = await observing.arrived(lane, changes, process.hrtime.bigint());
    const account = await observing.account(lane);
    return { changes, sourceMs, lagMs: lag['b'] ?? 0, hub: counts(account['hub']), b: counts(account['b']) };
  } finally {
    if (lane !== 'product') await thaw(agents);
  }
}

function counts(account: Account | undefined): Roll['hub'] {
  const { writes = 0, repeats = 0, backwards = 0 } = account ?? {};
  return { writes, repeats, backwards };
}
