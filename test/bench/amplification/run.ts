import { headless, pods, slice } from '#test/driver/builders.ts';
import { idleAt } from '#test/driver/idle.ts';
import { podChanges } from '#test/driver/pod-changes.ts';
import { markAll, requestsSince } from '#test/driver/requests-of-all.ts';
import { TestSet } from '#test/driver/set.ts';
import { WatchedSlices } from '#test/driver/watched-slices.ts';
import type { Agent } from '../rig/agent.ts';
import { ServerTime } from '../rig/server-time.ts';
import { startHubOf, startMemberOf } from '../rig/set-agents.ts';
import { type Amplification, amplificationOf } from './figures.ts';

export interface AmplificationOptions {
  /** Made with each number of importers. */
  changes: number;
  /** Numbers of importers to measure. */
  importers: readonly number[];
}

const NS = 'prod';
const SERVICE = 'db';
const ENDPOINTS = 100;
const EXPORTER = 'a';
const IDLE_WITHIN_MS = 120_000;

/**
 * Starts a hub, one exporter and as many importers as are wanted at most, all with audit logs; their agents start
 * as they are needed. Changes endpoints one at a time and counts every request. `say` takes progress.
 */
export async function runAmplification(
  { changes, importers }: AmplificationOptions,
  say: (line: string) => void,
): Promise<Amplification[]> {
  const sizes = [...importers].sort((a, b) => a - b);
  const ids = Array.from({ length: sizes.at(-1) ?? 0 }, (_, n) => `b${n + 1}`);
  await using stack = new AsyncDisposableStack();
  say(`starting ${ids.length + 2} API servers`);
  const set = await TestSet.openWithoutAgents({ members: [EXPORTER, ...ids], clusters: { audit: true } });
  stack.defer(() => set.close());
  const exporter = set.member(EXPORTER);
  for (const member of set.members) await member.namespace(NS);
  await exporter.service(headless(NS, SERVICE));
  await exporter.slice(slice(NS, SERVICE, 'x', pods(ENDPOINTS)));
  await exporter.exports(NS, SERVICE);

  const agents: Agent[] = [await startHubOf(set), await startMemberOf(set, EXPORTER)];
  const found: Amplification[] = [];
  for (const size of sizes) {
    const importing = ids.slice(0, size);
    for (const id of importing.slice(agents.length - 2)) agents.push(await startMemberOf(set, id));
    say(`${changes} changes with ${size} importers`);
    found.push(await measured(set, agents, importing, changes, found.length));
  }
  return found;
}

async function measured(
  set: TestSet,
  agents: readonly Agent[],
  importers: readonly string[],
  changes: number,
  run: number,
): Promise<Amplification> {
  const members = [EXPORTER, ...importers].map((id) => set.member(id));
  const watched = await Promise.all(members.map((member) => WatchedSlices.open(member, NS, SERVICE)));
  const allShow = (address: string) => Promise.all(watched.map((slices) => slices.awaitAddress(address)));
  const allIdle = () => Promise.all(agents.map(({ url }) => idleAt(url, IDLE_WITHIN_MS)));
  // Each run brings addresses of its own: four to a thousand changes in the third part.
  const third = 20 + run * Math.ceil(changes / 256);
  const made = podChanges(set.member(EXPORTER), {
    namespace: NS,
    slice: `${SERVICE}-x`,
    third,
    count: changes + 1,
  });
  // One that does not count: what follows from a start is done by then, and everybody shows it.
  const { value: first } = await made.next();
  await allShow(String(first));
  await allIdle();

  const hubTime = await ServerTime.begin(set.cluster('hub'));
  const marks = await markAll(set);
  for await (const address of made) await allShow(address);
  await allIdle();
  const hubMs = await hubTime.end();
  const requests = await requestsSince(set, marks);
  await Promise.all(watched.map((slices) => slices.close()));
  return amplificationOf({ changes, exporter: EXPORTER, importers, requests, hubMs });
}
