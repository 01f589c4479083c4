import { setTimeout as pause } from 'node:timers/promises';

const EVERY_MS = 20;

/** Asks the same again and again, and keeps what changed. */
export class Poll {
  readonly #probe: () => Promise<string>;
  readonly #seen: string[] = [];
  #ended = false;
  #running: Promise<void> = Promise.resolve();

  private constructor(probe: () => Promise<string>) {
    this.#probe = probe;
  }

  static start(probe: () => Promise<string>): Poll {
    const poll = new Poll(probe);
    poll.#running = poll.#run();
    return poll;
  }

  /** All different answers one after the other; `no answer` where there was none in time. */
  async end(): Promise<string[]> {
    this.#ended = true;
    await this.#running;
    return this.#seen;
  }

  async #run(): Promise<void> {
    for (;;) {
      // The last question is asked after the end was called for: what changed before that is seen.
      const isLast = this.#ended;
      const answer = await this.#probe().catch(() => 'no answer');
      if (answer !== this.#seen.at(-1)) this.#seen.push(answer);
      if (isLast) return;
      await pause(EVERY_MS);
    }
  }
}
