import { readFileSync } from 'node:fs';
import { parseStatus } from '../footprint/figures.ts';
import { roundOrders } from '../propagation/order.ts';
import { isNoisy } from '../stats/noise.ts';
import { quantile } from '../stats/quantile.ts';
import { seededRandom } from '../stats/random.ts';
import { BARE_SLICES, type Shape, slicesOf } from './content.ts';
import { type CeilingFigures, type CeilingSamples, type Ceilings, ceilingFigures } from './figures.ts';
import { type Burst, runBurst, runWindow, type Window } from './measure.ts';
import { buildRig, type Rig } from './rig.ts';

export interface CeilingOptions {
  /** That publish: the first number, and then the others, with as many endpoints in all and a third of the time. */
  clusters: readonly number[];
  /** That each cluster of the first number exports, with one slice each. */
  services: number;
  sliceSize: number;
  /** Changes a second, over all publishing clusters. */
  rate: number;
  /** Of the steady rate, for each of the two lanes. */
  seconds: number;
  seed: number;
}

const LANES = ['product', 'bare'] as const;
/** Of one window: short enough that both lanes see the same machine. */
const WINDOW_SECONDS = 20;
const WARM_UP_SECONDS = 10;
const BURSTS = 3;

/** Measures with every number of clusters. `say` takes progress, line by line. */
export async function runCeiling(
  { clusters: [first = 1, ...others], services, sliceSize, ...options }: CeilingOptions,
  say: (line: string) => void,
): Promise<Ceilings> {
  const found = await runWith({ clusters: first, services, sliceSize }, options, say);
  const further: CeilingFigures[] = [];
  for (const clusters of others) {
    const shape = { clusters, services: Math.ceil((services * first) / clusters), sliceSize };
    further.push(await runWith(shape, { ...options, seconds: Math.ceil(options.seconds / 3) }, say));
  }
  return { ...found, further };
}

type Pace = Pick<CeilingOptions, 'rate' | 'seconds' | 'seed'>;

/** Starts everything, measures, and stops everything. */
async function runWith(shape: Shape, pace: Pace, say: (line: string) => void): Promise<CeilingFigures> {
  const { rate, seconds, seed } = pace;
  await using stack = new AsyncDisposableStack();
  const random = seededRandom(seed);
  const rig = await buildRig(shape, seed, stack, say);
  const status = () => parseStatus(readFileSync(`/proc/${rig.importer.program.pid}/status`, 'utf8'));
  say(`imported; the importer holds ${status().residentMiB.toFixed(0)} MiB. Warming up`);
  for (const lane of LANES) await runWindow(rig, lane, rate, Math.min(seconds, WARM_UP_SECONDS));

  const { windows, discarded, noisy } = await runWindows(rig, pace, random, say);
  const bursts: Burst[] = [];
  const most = Math.min(BARE_SLICES, slicesOf(shape));
  for (const lane of roundOrders(LANES, BURSTS, random).flat()) {
    const burst = await runBurst(rig, lane, most);
    say(`${lane}: ${most} slices at once, ${((1_000 * most) / burst.ms).toFixed(0)} a second`);
    bursts.push(burst);
  }
  const residentMiB = status().mostMiB;
  return ceilingFigures({ shape, rate, seconds, discarded, noisy, windows, bursts, residentMiB }, random);
}

/** Windows of both lanes in turns (ABBA), until enough pairs were quiet, or as many were noisy. */
async function runWindows(
  rig: Rig,
  { rate, seconds }: Pace,
  random: () => number,
  say: (line: string) => void,
): Promise<Pick<CeilingSamples, 'windows' | 'discarded' | 'noisy'>> {
  const wanted = Math.ceil(seconds / WINDOW_SECONDS);
  const length = seconds / wanted;
  const windows: Window[] = [];
  const discarded: Window[] = [];
  for (const order of roundOrders(LANES, 2 * wanted, random)) {
    const pair: Window[] = [];
    for (const lane of order) {
      const window = await runWindow(rig, lane, rate, length);
      say(toldOf(window));
      pair.push(window);
    }
    const bare = pair.filter(({ lane }) => lane === 'bare').map(({ account }) => account.ms);
    if (isNoisy(bare)) {
      discarded.push(...pair);
      say('the bare lane was noisy: both are discarded');
    } else windows.push(...pair);
    if (windows.length >= 2 * wanted) break;
  }
  // What was counted holds on a busy machine, too.
  const noisy = windows.length === 0;
  return { windows: noisy ? discarded : windows, discarded: discarded.length / LANES.length, noisy };
}

function toldOf({ lane, changes, rate, backlog, account }: Window): string {
  const [p50, p99] = [quantile(account.ms, 0.5), quantile(account.ms, 0.99)];
  return `${lane}: ${changes} changes at ${rate.toFixed(0)} a second, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, backlog ${backlog}`;
}
