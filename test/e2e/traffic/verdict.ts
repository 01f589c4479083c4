import { expect } from 'vitest';
import type { Seen, Witnessed } from './traffic.ts';

/** Requests that were asked within so long of each other had the same chance: what stalls a machine stalls both. */
const MOMENT_MS = 1_000;
const FAILURES_SHOWN = 5;

/**
 * Fails where a request across the set failed at a moment at which all requests to the Services of single clusters were
 * answered, where a client did not ask all the time, or where not every cluster behind the set's Service answered.
 */
export function expectNoWorse(witnessed: Witnessed): void {
  expectAsked(witnessed);
  const { seen } = witnessed;
  const worse = seen.flatMap((one) => beyondLocal(one, seen));
  expect(worse.length, told(seen)).toBe(0);
}

/** Fails where the clients did not ask all the time, or of too few Services that work. */
export function expectAsked({ seen, atLeast, ms }: Witnessed): void {
  const members = [...new Set(seen.map(({ from }) => from))].sort();
  expect(seen).toHaveLength(members.length * 3);
  for (const { from, lane: name, asked, answers, failures } of seen) {
    const what = `requests on ${name} from ${from}`;
    expect(asked, what).toBeGreaterThanOrEqual(atLeast);
    const answered = Object.values(answers).reduce((sum, count) => sum + count, 0);
    expect(answered + failures.length, what).toBe(asked);
  }
  for (const { answers } of lane(seen, 'clusterset')) expect(clustersIn(answers)).toEqual(members);
  // Beside Services that fail by themselves all the time, nothing could look worse.
  expect(lengthOf(localFailures(seen)), told(seen)).toBeLessThan(ms / 2);
}

/** The failures of one lane at moments at which no request to the Service of a single cluster failed. */
export function beyondLocal({ failures }: Pick<Seen, 'failures'>, seen: readonly Seen[]): Seen['failures'] {
  const moments = localFailures(seen);
  return failures.filter(({ at }) => !moments.some((moment) => Math.abs(moment - at) <= MOMENT_MS));
}

function localFailures(seen: readonly Seen[]): number[] {
  return lane(seen, 'local').flatMap(({ failures }) => failures.map(({ at }) => at));
}

/** How long it was a moment of one of these, in milliseconds. */
function lengthOf(moments: readonly number[]): number {
  let [length, end] = [0, 0];
  for (const at of moments.toSorted((a, b) => a - b)) {
    length += at + MOMENT_MS - Math.max(end, at - MOMENT_MS);
    end = at + MOMENT_MS;
  }
  return length;
}

/** The lanes of this name, of all clients. */
function lane(seen: readonly Seen[], name: string): Seen[] {
  return seen.filter((one) => one.lane === name);
}

/** All figures, one lane a line, with the first failures. */
export function told(seen: readonly Seen[]): string {
  return seen
    .flatMap(({ from, lane: name, asked, failures }) => [
      `${from} ${name}: ${failures.length} of ${asked} failed`,
      ...failures.slice(0, FAILURES_SHOWN).map(({ at, why }) => `  ${new Date(at).toISOString()} ${why}`),
    ])
    .join('\n');
}

/** `web-6d5f-x7k2p.zzzc` is of zzzc: names of pods have no dot. */
function clustersIn(answers: Seen['answers']): string[] {
  return [...new Set(Object.keys(answers).map((answer) => answer.replace(/^[^.]*\./, '')))].sort();
}
