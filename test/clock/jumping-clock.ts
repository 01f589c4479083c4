import type { Clock, Milliseconds, Timer } from '#src/runtime/clock.ts';

interface Armed {
  at: Milliseconds;
  fire: () => void;
  timer: Timer;
}

/** A running clock on which a test can let any time pass at once, as a machine that slept would see it. */
export class JumpingClock implements Clock {
  readonly #clock: Clock;
  readonly #armed = new Set<Armed>();
  #jumped: Milliseconds = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): Milliseconds {
    return this.#clock.now() + this.#jumped;
  }

  monotonic(): Milliseconds {
    return this.#clock.monotonic() + this.#jumped;
  }

  after(delay: Milliseconds, fire: () => void): Timer {
    const armed: Armed = {
      at: this.monotonic() + delay,
      fire: () => {
        this.#armed.delete(armed);
        fire();
      },
      timer: this.#clock.after(delay, () => armed.fire()),
    };
    this.#armed.add(armed);
    return {
      cancel: () => {
        this.#armed.delete(armed);
        armed.timer.cancel();
      },
    };
  }

  sleep(delay: Milliseconds, signal?: AbortSignal): Promise<void> {
    return this.#clock.sleep(delay, signal);
  }

  /** Lets this much time pass, and fires what is due by then. */
  jump(by: Milliseconds): void {
    this.#jumped += by;
    for (const armed of this.#armed) {
      if (armed.at > this.monotonic()) continue;
      armed.timer.cancel();
      armed.fire();
    }
  }
}
