import { expect } from 'vitest';
import type { Seen, Witnessed } from './traffic.ts';

/**
 * Fails where requests across the set failed that a Service of one cluster would have answered, where a client did not
 * ask all the time, or where the set's Service was answered by less than all of its clusters.
 */
export function expectNoWorse(witnessed: Witnessed): void {
  expectAsked(witnessed);
  const { seen } = witnessed;
  const local = failed(lane(seen, 'local'));
  for (const name of ['clusterset', 'pod']) {
    expect(
      failed(lane(seen, name)),
      `${name} beside ${local} failures of local:\n${told(seen)}`,
    ).toBeLessThanOrEqual(local);
  }
}

/** Fails where a client did not ask all the time, or did not meet every cluster behind the set's Service. */
export function expectAsked({ seen, atLeast }: Witnessed): void {
  const members = [...new Set(seen.map(({ from }) => from))].sort();
  expect(seen).toHaveLength(members.length * 3);
  for (const { from, lane: name, asked } of seen) {
    expect(asked, `requests on ${name} from ${from}`).toBeGreaterThanOrEqual(atLeast);
  }
  for (const { answers } of lane(seen, 'clusterset')) expect(clustersIn(answers)).toEqual(members);
}

/** The lanes of this name, of all clients. */
export function lane(seen: readonly Seen[], name: string): Seen[] {
  return seen.filter((one) => one.lane === name);
}

/** How many requests of these lanes failed. */
export function failed(seen: readonly Seen[]): number {
  return seen.reduce((sum, one) => sum + one.failed, 0);
}

/** All figures, one lane a line, with the first failures. */
export function told(seen: readonly Seen[]): string {
  return seen
    .map(({ from, lane: name, asked, failed: count, failures }) =>
      [
        `${from} ${name}: ${count} of ${asked} failed`,
        ...failures.map(({ at, why }) => `  ${at} ${why}`),
      ].join('\n'),
    )
    .join('\n');
}

/** `web-6d5f-x7k2p.zzzc` is of zzzc: names of pods have no dot. */
function clustersIn(answers: Seen['answers']): string[] {
  return [...new Set(Object.keys(answers).map((answer) => answer.replace(/^[^.]*\./, '')))].sort();
}
