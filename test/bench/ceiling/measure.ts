import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from '../journey/ledger.ts';
import { freeze, processorMs, thaw } from '../rig/freeze.ts';
import type { Lane } from './publisher-side.ts';
import type { Rig } from './rig.ts';

/** How long after the last change of a window what has not arrived counts as backlog. */
const BACKLOG_AFTER_MS = 1_000;

/** One turn of a lane: changes at a steady rate, then time for the last ones to arrive. */
export interface Window {
  lane: Lane;
  changes: number;
  /** Changes a second that were really made. */
  rate: number;
  /** Changes that B did not show one second after the last one was made. */
  backlog: number;
  account: Omit<Account, 'outstanding'>;
  /** Processor time of the process that carried the changes. */
  processorMs: number;
}

/** Many slices changed at once. */
export interface Burst {
  lane: Lane;
  changes: number;
  /** From the first write until B shows the last change. */
  ms: number;
}

/** Gives a lane its turn. While it is not the product's, the product's process stands still. */
async function turn<T>({ importer }: Rig, lane: Lane, take: () => Promise<T>): Promise<T> {
  if (lane === 'product') return take();
  freeze([importer]);
  try {
    return await take();
  } finally {
    await thaw([importer]);
  }
}

export function runWindow(rig: Rig, lane: Lane, rate: number, seconds: number): Promise<Window> {
  const { importer, relayPid, publishing, observing } = rig;
  const pid = lane === 'product' ? importer.program.pid : relayPid;
  return turn(rig, lane, async () => {
    await observing.begin(lane);
    const before = processorMs(pid);
    const made = await publishing.change(lane, rate, seconds);
    await sleep(BACKLOG_AFTER_MS);
    const first = await observing.account(lane);
    await observing.arrived(lane, 0);
    const rest = await observing.account(lane);
    const { outstanding: backlog = 0, ...account } = first['b'] ?? {};
    return {
      lane,
      changes: made.changes,
      rate: (1_000 * made.changes) / made.ms,
      backlog,
      account: sum([account, rest['b']]),
      processorMs: processorMs(pid) - before,
    };
  });
}

export function runBurst(rig: Rig, lane: Lane, changes: number): Promise<Burst> {
  const { publishing, observing } = rig;
  return turn(rig, lane, async () => {
    await observing.begin(lane);
    const start = performance.now();
    const arrived = observing.arrived(lane, changes);
    await publishing.burst(lane, changes);
    await arrived;
    return { lane, changes, ms: performance.now() - start };
  });
}

/** Accounts of one lane, together. */
export function sum(accounts: readonly (Partial<Account> | undefined)[]): Omit<Account, 'outstanding'> {
  const total = (of: (account: Partial<Account>) => number | undefined) =>
    accounts.reduce((all, account) => all + ((account && of(account)) ?? 0), 0);
  return {
    changes: total(({ changes }) => changes),
    writes: total(({ writes }) => writes),
    coalesced: total(({ coalesced }) => coalesced),
    repeats: total(({ repeats }) => repeats),
    backwards: total(({ backwards }) => backwards),
    ms: accounts.flatMap((account) => account?.ms ?? []),
  };
}
