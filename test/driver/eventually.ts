import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 40;

/** How long a wait may take before it counts as a failure; generous, since two cores carry four control planes. */
export const DEADLINE_MS = 90_000;

/**
 * Asks `check` again and again until it no longer throws, and returns what it returned. Rejects with the last
 * error, and with what was waited for, once the deadline has passed.
 */
export async function eventually<T>(
  what: string,
  check: () => Promise<T>,
  deadlineMs: number = DEADLINE_MS,
  pollMs: number = POLL_MS,
): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > deadline) {
        throw new Error(`waited ${deadlineMs} ms for ${what}: ${String(error)}`, { cause: error });
      }
    }
    await pause(pollMs);
  }
}
