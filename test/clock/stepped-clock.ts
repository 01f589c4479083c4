import type { Clock, Milliseconds, Timer } from '#src/runtime/clock.ts';
import { sleepOn } from '#src/runtime/sleep.ts';

interface Armed {
  at: Milliseconds;
  fire: () => void;
}

/** A clock that stands still until the test moves it. */
export class SteppedClock implements Clock {
  #elapsed: Milliseconds = 0;
  readonly #start: Milliseconds;
  readonly #armed = new Set<Armed>();

  /** `start` is what `now()` says first, in milliseconds since the epoch. */
  constructor(start: Milliseconds = Date.UTC(2026, 0, 1)) {
    this.#start = start;
  }

  now(): Milliseconds {
    return this.#start + this.#elapsed;
  }

  monotonic(): Milliseconds {
    return this.#elapsed;
  }

  after(delay: Milliseconds, fire: () => void): Timer {
    const timer = { at: this.#elapsed + Math.max(delay, 0), fire };
    this.#armed.add(timer);
    return { cancel: () => void this.#armed.delete(timer) };
  }

  sleep(delay: Milliseconds, signal?: AbortSignal): Promise<void> {
    return sleepOn((ms, fire) => this.after(ms, fire), delay, signal);
  }

  /** How many timers are armed: 0 shows that nothing was left behind. */
  get pending(): number {
    return this.#armed.size;
  }

  /** How long until the next timer fires; undefined: none is armed. */
  get untilNext(): Milliseconds | undefined {
    const next = this.#next();
    return next && next.at - this.#elapsed;
  }

  /**
   * Moves time on by `by`, firing due timers in the order of their times and letting what they started
   * run to its next wait (microtasks and one turn of the event loop) before time moves further.
   */
  async step(by: Milliseconds): Promise<void> {
    const end = this.#elapsed + by;
    await settle();
    for (let timer = this.#next(); timer !== undefined && timer.at <= end; timer = this.#next()) {
      this.#armed.delete(timer);
      this.#elapsed = Math.max(timer.at, this.#elapsed);
      timer.fire();
      await settle();
    }
    this.#elapsed = end;
    await settle();
  }

  /** Moves time on while nothing can run, as a blocked event loop does, and then fires what is due. */
  async block(by: Milliseconds): Promise<void> {
    this.#elapsed += by;
    await this.step(0);
  }

  #next(): Armed | undefined {
    let next: Armed | undefined;
    for (const timer of this.#armed) if (next === undefined || timer.at < next.at) next = timer;
    return next;
  }
}

/** Lets promises and immediates that are ready run: two turns, since an immediate may queue another one. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}
