import type { Logger } from '#src/observability/logger.ts';
import type { Clock, Milliseconds } from './clock.ts';
import { asError, Stopping } from './errors.ts';
import { settledWithin } from './waits.ts';

/** Something that works until its signal aborts. */
export interface Runnable {
  name: string;
  /** Resolves when all is down. A rejection before the abort stops the whole program. */
  run(signal: AbortSignal): Promise<void>;
}

/** Runnables that start and stop together. */
export class Group {
  readonly #abort = new AbortController();
  readonly #ends: Promise<void>[] = [];
  readonly #log: Logger;
  readonly #onFailure: (error: Error) => void;

  /** `onFailure` hears of a runnable that failed though nobody had stopped it. */
  constructor(log: Logger, onFailure: (error: Error) => void) {
    this.#log = log;
    this.#onFailure = onFailure;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  start(runnable: Runnable): void {
    this.#ends.push(this.#supervise(runnable));
  }

  /** Stops all of them, and waits for all, but no longer than `limit`. Never rejects. */
  async stop(clock: Clock, limit: Milliseconds, reason: unknown = new Stopping()): Promise<void> {
    this.#abort.abort(reason);
    if (await settledWithin(clock, limit, Promise.all(this.#ends))) return;
    this.#log.warn({ limitMs: limit }, 'some parts did not stop in time and are left behind');
  }

  async #supervise({ name, run }: Runnable): Promise<void> {
    try {
      await run(this.#abort.signal);
    } catch (thrown) {
      const err = asError(thrown);
      if (this.#abort.signal.aborted) this.#log.debug({ err, part: name }, 'part ended with an error');
      else this.#onFailure(new Error(`${name}: ${err.message}`, { cause: err }));
    }
  }
}
