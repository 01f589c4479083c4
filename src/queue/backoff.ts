import type { Milliseconds } from '#src/runtime/clock.ts';

/** Bounds of the delays, in milliseconds. */
export interface BackoffOptions {
  /** The first failure of a key waits at least this long; 50 ms unless told. */
  first?: Milliseconds;
  /** No failure waits longer; 60 s unless told. */
  cap?: Milliseconds;
  /** A number in [0, 1), like Math.random. */
  random: () => number;
}

/** How far jitter may stretch a delay. Below 2, so that each failure waits longer than the one before. */
const STRETCH = 1.5;

/** A key that keeps failing. */
interface Failing {
  failures: number;
  /** Delays that it has been given. */
  waits: number;
  /** When the last of them is over. */
  until: Milliseconds;
}

/**
 * Exponential back-off for each key on its own: one bad object slows nobody else. Every delay is stretched
 * by chance, so that keys that failed together do not come back together. A key that is tried early, since something
 * has changed, and fails again keeps its time: delays grow with how long the trouble lasts. Were they to grow with
 * how much happens meanwhile, a server that is away for a second would be asked again after a minute.
 */
export class Backoff {
  readonly #failing = new Map<string, Failing>();
  readonly #first: Milliseconds;
  readonly #cap: Milliseconds;
  readonly #random: () => number;

  constructor({ first = 50, cap = 60_000, random }: BackoffOptions) {
    this.#first = first;
    this.#cap = cap;
    this.#random = random;
  }

  /** Counts one more failure of the key, at this monotonic time, and says how long to wait. */
  next(key: string, now: Milliseconds): Milliseconds {
    const { failures, waits, until } = this.#failing.get(key) ?? { failures: 0, waits: 0, until: now };
    if (now < until) {
      this.#failing.set(key, { failures: failures + 1, waits, until });
      return until - now;
    }
    // The exponent is bounded because 2 ** 1024 is Infinity, and Infinity times a zero `first` is NaN.
    const plain = Math.min(this.#first * 2 ** Math.min(waits, 40), this.#cap / STRETCH);
    const delay = plain * (1 + (STRETCH - 1) * this.#random());
    this.#failing.set(key, { failures: failures + 1, waits: waits + 1, until: now + delay });
    return delay;
  }

  /** Failures of the key since it was last forgotten. */
  failures(key: string): number {
    return this.#failing.get(key)?.failures ?? 0;
  }

  /** The key succeeded, or is not to be retried: its next failure is its first. */
  forget(key: string): void {
    this.#failing.delete(key);
  }

  /** Keys that have failed and not been forgotten. */
  get size(): number {
    return this.#failing.size;
  }
}
