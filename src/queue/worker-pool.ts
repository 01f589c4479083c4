import PQueue from 'p-queue';
import type { KeyedQueue, Taken } from './keyed-queue.ts';

/**
 * Keys that one pool may start before the event loop gets a turn. With 16, changes that come in while a start works through
 * what it has listed took two to five times as long as with 4, and all was done hardly sooner (`npm run bench -- restart`).
 */
const STARTS_PER_TURN = 4;

export interface WorkerPoolOptions {
  queue: KeyedQueue;
  /** How many keys are worked on at once. */
  workers: number;
  /** Works on one key. The pool gives the key back when it settles; it must not reject. */
  work: (taken: Taken) => Promise<void>;
}

/**
 * Takes keys from a queue as workers come free. p-queue counts the workers; it never holds a key that
 * waits, because a key can only coalesce and change lanes while it is in the queue.
 */
export class WorkerPool {
  readonly #queue: KeyedQueue;
  readonly #work: (taken: Taken) => Promise<void>;
  readonly #pool: PQueue;
  #startedThisTurn = 0;
  #scheduled = false;
  #started = false;

  constructor({ queue, workers, work }: WorkerPoolOptions) {
    this.#queue = queue;
    this.#work = work;
    this.#pool = new PQueue({ concurrency: workers });
    this.#pool.addEventListener('next', () => this.#fill());
  }

  /** Keys being worked on now. */
  get active(): number {
    return this.#pool.pending;
  }

  /** Begins to take keys; what was added before is taken now. A second call throws. */
  start(): void {
    if (this.#started) throw new Error('worker pool started twice');
    this.#started = true;
    this.#queue.onReady(() => this.#schedule());
    this.#schedule();
  }

  /** Shuts the queue down and resolves when no key is being worked on any more. */
  drain(): Promise<void> {
    this.#queue.shutDown();
    return this.#pool.onIdle();
  }

  /** Later in this tick, so that every listener of a change has seen it before the first worker acts on it. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#fill();
    });
  }

  #fill(): void {
    while (this.#pool.pending < this.#pool.concurrency) {
      // Work that finds nothing to do never waits for I/O. Without this limit a long backlog of it would
      // hold the event loop until it is empty: no live change could come in, and no health check be answered.
      if (this.#startedThisTurn === STARTS_PER_TURN) return;
      const taken = this.#queue.take();
      if (taken === undefined) return;
      if (this.#startedThisTurn++ === 0) {
        setImmediate(() => {
          this.#startedThisTurn = 0;
          this.#fill();
        });
      }
      void this.#pool.add(() => this.#run(taken));
    }
  }

  async #run(taken: Taken): Promise<void> {
    try {
      await this.#work(taken);
    } finally {
      this.#queue.done(taken.key);
    }
  }
}
