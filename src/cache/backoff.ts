import type { Clock, Milliseconds } from '#src/runtime/clock.ts';

/** When a server is asked again after failures; client-go's numbers. */
export interface ReconnectTimings {
  /** After the first failure; 800 ms unless told. */
  first: Milliseconds;
  /** The longest, before jitter; 30 s unless told. */
  cap: Milliseconds;
  /** Failures older than this are forgotten; 2 minutes unless told. */
  forgetAfter: Milliseconds;
}

export const RECONNECT: ReconnectTimings = { first: 800, cap: 30_000, forgetAfter: 120_000 };

/** Growing delays between attempts on one server. Jitter up to the delay itself keeps many clients apart. */
export class ReconnectBackoff {
  readonly #timings: ReconnectTimings;
  readonly #clock: Clock;
  readonly #random: () => number;
  #failures = 0;
  #lastFailure: Milliseconds = 0;

  constructor(timings: ReconnectTimings, clock: Clock, random: () => number) {
    this.#timings = timings;
    this.#clock = clock;
    this.#random = random;
  }

  /** Whether nothing failed for a while. */
  get quiet(): boolean {
    return this.#failures === 0 || this.#clock.monotonic() - this.#lastFailure >= this.#timings.forgetAfter;
  }

  /** Forgets all failures: the next one is a first one. */
  forgive(): void {
    this.#failures = 0;
  }

  /** Counts a failure and says how long to wait: from the plain delay to twice of it. */
  next(): Milliseconds {
    if (this.quiet) this.#failures = 0;
    const { first, cap } = this.#timings;
    const plain = Math.min(first * 2 ** Math.min(this.#failures, 40), cap);
    this.#failures++;
    this.#lastFailure = this.#clock.monotonic();
    return plain * (1 + this.#random());
  }
}
