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

/**
 * Exponential back-off for each key on its own: one bad object slows nobody else. Every delay is stretched
 * by chance, so that keys that failed together do not come back together.
 */
export class Backoff {
  readonly #failures = new Map<string, number>();
  readonly #first: Milliseconds;
  readonly #cap: Milliseconds;
  readonly #random: () => number;

  constructor({ first = 50, cap = 60_000, random }: BackoffOptions) {
    this.#first = first;
    this.#cap = cap;
    this.#random = random;
  }

  /** Counts one more failure of the key and says how long to wait. */
  next(key: string): Milliseconds {
    const failures = this.failures(key);
    this.#failures.set(key, failures + 1);
    // The exponent is bounded because 2 ** 1024 is Infinity, and Infinity times a zero `first` is NaN.
    const plain = Math.min(this.#first * 2 ** Math.min(failures, 40), this.#cap / STRETCH);
    return plain * (1 + (STRETCH - 1) * this.#random());
  }

  /** Failures of the key since it was last forgotten. */
  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  /** The key succeeded, or is not to be retried: its next failure is its first. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** Keys that have failed and not been forgotten. */
  get size(): number {
    return this.#failures.size;
  }
}
