import { setTimeout as sleep } from 'node:timers/promises';

export interface UntilOptions {
  /** Gives up after this long; 60 s unless told. */
  timeoutMs?: number;
  everyMs?: number;
  /** Says why waiting longer is useless, for instance because the process is gone; undefined: go on. */
  hopeless?: () => string | undefined;
}

/**
 * Asks `probe` again and again until it gives something other than undefined or false, and returns that.
 * A probe that throws counts as "not yet".
 *
 * @throws Error naming `what`, the last failure and why waiting ended.
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  options: UntilOptions = {},
): Promise<T> {
  const { timeoutMs = 60_000, everyMs = 50, hopeless } = options;
  const end = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const answer = await probe();
      if (answer !== undefined && answer !== false) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    const why = hopeless?.() ?? (performance.now() > end ? `not within ${timeoutMs} ms` : undefined);
    if (why !== undefined) {
      const detail =
        last === undefined ? '' : `; last: ${last instanceof Error ? last.message : String(last)}`;
      throw new Error(`${what}: ${why}${detail}`, { cause: last });
    }
    await sleep(everyMs);
  }
}
