import type { Clock, Milliseconds, Timer } from '#src/runtime/clock.ts';

/**
 * A clock whose date is wrong, and whose date a test can set forward and back while it runs, as people and NTP do. It
 * may run too fast or too slow besides; durations are then wrong alike, and only by that.
 */
export class WrongClock implements Clock {
  readonly #clock: Clock;
  readonly #times: number;
  readonly #began: Milliseconds;
  #by: Milliseconds;

  /** Wrong by so much at first, and so many times as fast. */
  constructor(clock: Clock, { by = 0, times = 1 }: { by?: Milliseconds; times?: number }) {
    this.#clock = clock;
    this.#by = by;
    this.#times = times;
    this.#began = clock.monotonic();
  }

  now(): Milliseconds {
    const gained = (this.#clock.monotonic() - this.#began) * (this.#times - 1);
    return Math.round(this.#clock.now() + gained + this.#by);
  }

  monotonic(): Milliseconds {
    return this.#clock.monotonic() * this.#times;
  }

  after(delay: Milliseconds, fire: () => void): Timer {
    return this.#clock.after(delay / this.#times, fire);
  }

  sleep(delay: Milliseconds, signal?: AbortSignal): Promise<void> {
    return this.#clock.sleep(delay / this.#times, signal);
  }

  /** Sets the date by so much, back where it is negative; no timer notices. */
  step(by: Milliseconds): void {
    this.#by += by;
  }
}
