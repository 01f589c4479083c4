import type { Milliseconds } from '#src/runtime/clock.ts';

/** What a queue tells of itself. The names behind these hooks are client-go's `workqueue_*`. */
export interface QueueMetrics {
  /** A key entered the queue; one that was waiting already does not count. */
  added(): void;
  /** How many keys wait now. */
  depth(waiting: number): void;
  /** A worker took a key that had waited this long. */
  taken(waited: Milliseconds): void;
  /** A worker gave a key back after this long. */
  finished(worked: Milliseconds): void;
  /** A key was put off after a failure. */
  retried(): void;
  /** Hands over a way to ask, at any time, for how long each key now at work has been so. */
  watchRunning(ages: () => Milliseconds[]): void;
}

/** For queues that nobody observes. */
export const noQueueMetrics: QueueMetrics = {
  added() {},
  depth() {},
  taken() {},
  finished() {},
  retried() {},
  watchRunning() {},
};
