import { systemClock } from '#src/runtime/system-clock.ts';
import { addressOf } from '../journey/numbers.ts';
import { roundOrders } from '../propagation/order.ts';
import { processorMs } from '../rig/freeze.ts';
import { type Random, seededRandom } from '../stats/random.ts';
import { ANSWERS, firstChange, KINDS, type Kind, LANES, namesOf } from './content.ts';
import {
  ASK_LANES,
  type AskLane,
  type DnsFigures,
  dnsFigures,
  type Sightings,
  type Window,
} from './figures.ts';
import { buildRig, type Rig } from './rig.ts';

export interface DnsOptions {
  /** Of each kind, in each zone. */
  services: number;
  /** Changes of one endpoint on each lane. */
  changes: number;
  /** Windows of each kind of name and lane. */
  windows: number;
  /** Questions under way at once. */
  concurrency: number;
  seed: number;
}

/** Long enough for tens of thousands of answers, short enough that all lanes see the same machine. */
const WINDOW_MS = 1_500;
const WARM_UP_MS = 3_000;
const WARM_UP_CHANGES = 30;
const SPACING_MS = 100;

/** Starts everything, measures, and stops everything. `say` takes progress, line by line. */
export async function runDns(options: DnsOptions, say: (line: string) => void): Promise<DnsFigures> {
  await using stack = new AsyncDisposableStack();
  const random = seededRandom(options.seed);
  const rig = await buildRig(options, stack, say);
  say(`${options.changes} changes on each lane`);
  const sightings = await seeChanges(rig, options, random);
  const windows: Window[] = [];
  for (const kind of KINDS) windows.push(...(await askAll(rig, kind, options, random, say)));
  const { services, concurrency } = options;
  return dnsFigures({ services, concurrency, sightings, windows }, random);
}

/** One change at a time, on both lanes in turns (ABBA). */
async function seeChanges(
  { sight, sources }: Rig,
  { services, changes }: DnsOptions,
  random: Random,
): Promise<Sightings> {
  const clock = systemClock();
  let number = firstChange(services);
  const sightings: Sightings = { set: [], own: [] };
  for (const [round, order] of roundOrders(LANES, WARM_UP_CHANGES + changes, random).entries()) {
    for (const lane of order) {
      const next = clock.monotonic() + SPACING_MS;
      const change = number++;
      let began = 0;
      const seen = await sight.see({ lane, address: addressOf(change) }, () => {
        began = monotonicMs();
        return sources[lane].change(change);
      });
      if (round >= WARM_UP_CHANGES) {
        if (lane === 'own') sightings.own.push({ ...seen, began });
        else sightings.set.push(seen);
      }
      await clock.sleep(Math.max(SPACING_MS / 4, next - clock.monotonic()));
    }
  }
  return sightings;
}

/** Windows of one kind of name, on every lane in turns. */
async function askAll(
  { load, dns }: Rig,
  kind: Kind,
  { services, windows }: DnsOptions,
  random: Random,
  say: (line: string) => void,
): Promise<Window[]> {
  const names: Record<AskLane, string[]> = {
    set: namesOf('set', kind, services),
    own: namesOf('own', kind, services),
    again: namesOf('own', kind, services),
  };
  for (const lane of LANES) await load.ask({ names: names[lane], records: ANSWERS[kind], ms: WARM_UP_MS });
  const found: Window[] = [];
  for (const [round, order] of roundOrders(ASK_LANES, windows, random).entries()) {
    for (const lane of order) {
      const before = processorMs(dns.program.pid);
      const { answers, ms } = await load.ask({ names: names[lane], records: ANSWERS[kind], ms: WINDOW_MS });
      found.push({ kind, lane, round, answers, ms, serverMs: processorMs(dns.program.pid) - before });
    }
  }
  const total = found.reduce((sum, { answers }) => sum + answers, 0);
  say(`${kind}: ${total} answers in ${found.length} windows`);
  return found;
}

/** The machine's monotonic clock: the one by which the observing process stamps, too. */
const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6;
