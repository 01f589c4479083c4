import { setTimeout as pause } from 'node:timers/promises';
import type { Clock, Milliseconds, Timer } from '#src/runtime/clock.ts';

/** Timers from here on are deadlines for what hangs: they stay what they are, or a busy machine would meet them. */
const DEADLINE: Milliseconds = 30_000;

/**
 * The machine's clock, so many times as fast: for what happens after minutes of silence. Waits and durations are
 * shortened alike; the wall clock is left alone, since other machines read it.
 */
export class FastClock implements Clock {
  readonly #clock: Clock;
  readonly #times: number;

  constructor(clock: Clock, times: number) {
    this.#clock = clock;
    this.#times = times;
  }

  now(): Milliseconds {
    return this.#clock.now();
  }

  monotonic(): Milliseconds {
    return this.#clock.monotonic() * this.#times;
  }

  after(delay: Milliseconds, fire: () => void): Timer {
    return this.#clock.after(delay < DEADLINE ? delay / this.#times : delay, fire);
  }

  sleep(delay: Milliseconds, signal?: AbortSignal): Promise<void> {
    return this.#clock.sleep(delay / this.#times, signal);
  }

  /** Resolves when this much of its time has passed. */
  async passed(time: Milliseconds): Promise<void> {
    await pause(time / this.#times);
  }
}
