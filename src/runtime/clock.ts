/** Milliseconds. Since the epoch where a point in time is meant. */
export type Milliseconds = number;

/** A running timer; `cancel` is idempotent. */
export interface Timer {
  cancel(): void;
}

/**
 * Time as an injected dependency: the whole runtime asks this and nothing else, so that tests can step it.
 */
export interface Clock {
  /** Wall clock, for stamps that people or other machines read. May jump. */
  now(): Milliseconds;
  /** Monotonic, for durations and deadlines. */
  monotonic(): Milliseconds;
  /** Calls `fire` once after at least `delay`; delays beyond 2^31-1 ms are honoured. Holds no process open. */
  after(delay: Milliseconds, fire: () => void): Timer;
  /** Resolves after `delay`, or rejects with the signal's reason as soon as it aborts. Leaves no listener behind. */
  sleep(delay: Milliseconds, signal?: AbortSignal): Promise<void>;
}
