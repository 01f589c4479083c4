import type { Milliseconds } from '#src/runtime/clock.ts';

/** Longer than this nobody waits, however many there are: what changes meanwhile comes so much later. */
const LONGEST: Milliseconds = 30_000;

/**
 * When to list anew what all readers of a server have to list anew at the same moment, since it has restarted or has
 * dropped its history. Chance spreads them over the time that their lists take one after the other (each about as
 * long as the last one of our own took), so that the server answers few at a time, and is done hardly later.
 */
export function turnAmong(readers: number, took: Milliseconds, random: () => number): Milliseconds {
  return random() * Math.min(Math.max(readers - 1, 0) * took, LONGEST);
}
