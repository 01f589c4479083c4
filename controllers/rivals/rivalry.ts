import type { Milliseconds } from '#src/runtime/clock.ts';

/** So many times in a minute an object is put back at once. */
export const AT_ONCE = 10;
const MINUTE: Milliseconds = 60_000;
const FIRST_WAIT: Milliseconds = 1_000;
const LONGEST_WAIT: Milliseconds = 60_000;

/** What was written of one object, and how often somebody has undone it. */
interface Fought {
  /** A digest of what was written last. */
  wanted: string;
  /** When the minute began in which repairs are counted. */
  since: Milliseconds;
  repairs: number;
  last: Milliseconds;
  /** Before this it is not put back again. */
  notBefore: Milliseconds;
}

/**
 * How often an object is put back that somebody else rewrites all the time: ten times in a minute at once, then after
 * waits that double from a second to a minute, until it has been left alone for a minute longer than that. A state
 * that is another one than before is never kept waiting. Pure: the caller tells the time.
 */
export class Rivalry {
  readonly #fought = new Map<string, Fought>();

  /** How long to wait before this state of the object may be written; 0: now. */
  wait(key: string, wanted: string, now: Milliseconds): Milliseconds {
    const held = this.#fought.get(key);
    return held?.wanted === wanted ? Math.max(0, held.notBefore - now) : 0;
  }

  /** The state was written. Whoever wrote the same before has repaired something. */
  wrote(key: string, wanted: string, now: Milliseconds): void {
    const held = this.#fought.get(key);
    this.#forgetQuiet(now);
    if (held === undefined || !this.#fought.has(key)) {
      this.#fought.set(key, { wanted, since: now, repairs: 0, last: now, notBefore: now });
      return;
    }
    // Deleted first, so that the map stays in the order of the last writes.
    this.#fought.delete(key);
    this.#fought.set(key, held.wanted === wanted ? repaired(held, now) : { ...held, wanted, last: now });
  }

  /** The object is gone by our own hand: what comes next is a new one. */
  forget(key: string): void {
    this.#fought.delete(key);
  }

  /** Objects that are remembered: those that were written of late. */
  get size(): number {
    return this.#fought.size;
  }

  #forgetQuiet(now: Milliseconds): void {
    for (const [key, { last, notBefore }] of this.#fought) {
      // Later ones have been written later; one that waits is not quiet, and does not hide those behind it.
      if (now - last < MINUTE) break;
      if (now - Math.max(last, notBefore) >= MINUTE) this.#fought.delete(key);
    }
  }
}

function repaired(held: Fought, now: Milliseconds): Fought {
  const { repairs: before } = held;
  // Fewer than ten in a minute are no fight, however long they go on.
  const anew = before < AT_ONCE && now - held.since >= MINUTE;
  const since = anew ? held.last : held.since;
  const repairs = anew ? 1 : before + 1;
  const wait = repairs < AT_ONCE ? 0 : Math.min(FIRST_WAIT * 2 ** (repairs - AT_ONCE), LONGEST_WAIT);
  return { wanted: held.wanted, since, repairs, last: now, notBefore: now + wait };
}
