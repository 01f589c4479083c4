import type { Clock, Milliseconds, Timer } from '#src/runtime/clock.ts';

/**
 * One signal for "the caller gave up" and "it took too long", which knows which of the two it was. `release`
 * takes the timer and the listener off again: the caller's signal usually lives as long as the process.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: Timer;
  readonly #parent: AbortSignal | undefined;
  readonly #onParentAbort = () => this.#controller.abort(this.#parent?.reason);
  readonly #endsAt: Milliseconds;
  readonly #clock: Clock;
  #expired = false;

  constructor(clock: Clock, after: Milliseconds, parent: AbortSignal | undefined) {
    this.#clock = clock;
    this.#endsAt = clock.monotonic() + after;
    this.#parent = parent;
    this.#timer = clock.after(after, () => {
      this.#expired = true;
      this.#controller.abort();
    });
    if (parent?.aborted) this.#onParentAbort();
    else parent?.addEventListener('abort', this.#onParentAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** True where time was up; false where the caller gave up, or nothing happened yet. */
  get expired(): boolean {
    return this.#expired;
  }

  get remaining(): Milliseconds {
    return this.#endsAt - this.#clock.monotonic();
  }

  /** Ends the signal for the holder's own reasons, such as a reader that lost interest. */
  abort(): void {
    this.#controller.abort();
  }

  release(): void {
    this.#timer.cancel();
    this.#parent?.removeEventListener('abort', this.#onParentAbort);
  }
}
