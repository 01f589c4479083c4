import type { Clock, Milliseconds, Timer } from '#src/runtime/clock.ts';
import { sleepOn } from '#src/runtime/sleep.ts';
import { systemClock } from '#src/runtime/system-clock.ts';

/** The machine's clock, which knows how many of its timers are armed. */
export class CountingClock implements Clock {
  readonly #clock = systemClock();
  readonly #armed = new Set<Timer>();

  get pending(): number {
    return this.#armed.size;
  }

  now(): Milliseconds {
    return this.#clock.now();
  }

  monotonic(): Milliseconds {
    return this.#clock.monotonic();
  }

  after(delay: Milliseconds, fire: () => void): Timer {
    const timer = this.#clock.after(delay, () => {
      this.#armed.delete(handle);
      fire();
    });
    const handle = {
      cancel: () => {
        this.#armed.delete(handle);
        timer.cancel();
      },
    };
    this.#armed.add(handle);
    return handle;
  }

  sleep(delay: Milliseconds, signal?: AbortSignal): Promise<void> {
    return sleepOn((ms, fire) => this.after(ms, fire), delay, signal);
  }
}
