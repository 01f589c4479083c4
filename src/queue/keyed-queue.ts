import type { Clock, Milliseconds, Timer } from '#src/runtime/clock.ts';
import { Backoff, type BackoffOptions } from './backoff.ts';
import { DelayHeap } from './delay-heap.ts';
import { type Lane, Lanes, type SourceOf } from './lanes.ts';
import { noQueueMetrics, type QueueMetrics } from './metrics.ts';

export interface KeyedQueueOptions {
  clock: Clock;
  backoff: BackoffOptions;
  metrics?: QueueMetrics;
  /** Sources are served in turn: one that floods delays only its own keys. All keys are of one unless told. */
  sourceOf?: SourceOf;
}

/** A key handed to a worker, which must give it back with `done`. */
export interface Taken {
  key: string;
  lane: Lane;
}

interface Dirty {
  lane: Lane;
  since: Milliseconds;
}

/**
 * Keys of work to do, with the promises of client-go's work queue: a key added any number of times while
 * it waits is worked on once; added while it is worked on, it is worked on once more afterwards; two
 * workers never hold one key. Keys put off (`addAfter`, `retry`) wait for the earliest time asked for.
 */
export class KeyedQueue {
  readonly #clock: Clock;
  readonly #backoff: Backoff;
  readonly #metrics: QueueMetrics;
  /** Keys that need work. Those of them that no worker holds are in a lane. */
  readonly #dirty = new Map<string, Dirty>();
  /** Keys that workers hold, and since when. */
  readonly #processing = new Map<string, Milliseconds>();
  readonly #lanes: Lanes;
  readonly #delayed = new DelayHeap();
  #ready: () => void = () => {};
  #alarm: { timer: Timer; at: Milliseconds } | undefined;
  #closed = false;

  constructor({ clock, backoff, metrics = noQueueMetrics, sourceOf }: KeyedQueueOptions) {
    this.#clock = clock;
    this.#lanes = new Lanes(sourceOf);
    this.#backoff = new Backoff(backoff);
    this.#metrics = metrics;
    metrics.watchRunning(() => {
      const now = clock.monotonic();
      return [...this.#processing.values()].map((since) => now - since);
    });
  }

  /** Sets what is called, in the same tick, when a key can be taken. There is one listener. */
  onReady(listener: () => void): void {
    this.#ready = listener;
  }

  /** Asks for work on the key. `live` moves one that waits in the backlog forward. */
  add(key: string, lane: Lane = 'live'): void {
    if (this.#closed) return;
    const dirty = this.#dirty.get(key);
    if (dirty !== undefined) {
      if (lane === 'backlog' || dirty.lane === 'live') return;
      dirty.lane = 'live';
      this.#lanes.promote(key);
      return;
    }
    this.#metrics.added();
    this.#dirty.set(key, { lane, since: this.#clock.monotonic() });
    if (!this.#processing.has(key)) this.#push(key, lane);
  }

  /** Adds the key once `delay` is over; at once where it is not above zero. */
  addAfter(key: string, delay: Milliseconds, lane: Lane = 'live'): void {
    if (this.#closed) return;
    if (!(delay > 0)) {
      this.add(key, lane);
      return;
    }
    this.#delayed.add(key, lane, this.#clock.monotonic() + delay);
    this.#arm();
  }

  /** Adds the key after its back-off, which grows with each that is over until `forget`, or after `atLeast`. Returns the delay. */
  retry(key: string, lane: Lane = 'live', atLeast: Milliseconds = 0): Milliseconds {
    const delay = Math.max(this.#backoff.next(key, this.#clock.monotonic()), atLeast);
    this.#metrics.retried();
    this.addAfter(key, delay, lane);
    return delay;
  }

  /** How often the key was retried since it was last forgotten. */
  retries(key: string): number {
    return this.#backoff.failures(key);
  }

  /** Ends the key's back-off. It does not take the key out of the queue. */
  forget(key: string): void {
    this.#backoff.forget(key);
  }

  /** The next key to work on; undefined when none can be taken now. */
  take(): Taken | undefined {
    const taken = this.#lanes.shift();
    if (taken === undefined) return undefined;
    const now = this.#clock.monotonic();
    this.#metrics.taken(now - (this.#dirty.get(taken.key)?.since ?? now));
    this.#dirty.delete(taken.key);
    // The work that starts now sees everything: a time asked for earlier has no meaning beyond it.
    this.#delayed.delete(taken.key);
    this.#processing.set(taken.key, now);
    this.#metrics.depth(this.#lanes.size);
    return taken;
  }

  /** Gives a taken key back. Every `take` needs exactly one. Throws for a key that nobody holds. */
  done(key: string): void {
    const since = this.#processing.get(key);
    if (since === undefined) throw new Error(`done("${key}") without take`);
    this.#processing.delete(key);
    this.#metrics.finished(this.#clock.monotonic() - since);
    const dirty = this.#dirty.get(key);
    if (dirty !== undefined) this.#push(key, dirty.lane);
  }

  /**
   * Refuses all further adds and drops what waits, now or by time: the next start's first lists name every
   * key again, so finishing them would only make the stop slower. Idempotent.
   */
  shutDown(): void {
    this.#closed = true;
    this.#alarm?.timer.cancel();
    this.#alarm = undefined;
    this.#delayed.clear();
    this.#lanes.clear();
    this.#dirty.clear();
    this.#metrics.depth(0);
  }

  /** Keys that can be taken now. */
  get waiting(): number {
    return this.#lanes.size;
  }

  /** Keys that workers hold. */
  get processing(): number {
    return this.#processing.size;
  }

  /** Keys that wait for their time. */
  get delayed(): number {
    return this.#delayed.size;
  }

  #push(key: string, lane: Lane): void {
    this.#lanes.push(key, lane);
    this.#metrics.depth(this.#lanes.size);
    this.#ready();
  }

  /** Keeps one timer for the earliest delayed key. */
  #arm(): void {
    const at = this.#delayed.first?.at;
    if (at === this.#alarm?.at) return;
    this.#alarm?.timer.cancel();
    this.#alarm = undefined;
    if (at === undefined) return;
    const timer = this.#clock.after(at - this.#clock.monotonic(), () => {
      this.#alarm = undefined;
      this.#release();
    });
    this.#alarm = { timer, at };
  }

  #release(): void {
    const now = this.#clock.monotonic();
    for (let due = this.#delayed.takeDue(now); due; due = this.#delayed.takeDue(now)) {
      this.add(due.key, due.lane);
    }
    this.#arm();
  }
}
