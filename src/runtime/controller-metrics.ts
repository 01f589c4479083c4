import type { QueueMetrics } from '#src/queue/metrics.ts';
import type { Milliseconds } from './clock.ts';
import type { ReconcileResult, Verdict } from './outcome.ts';

/** What one controller tells of itself. The names behind these hooks are `controller_runtime_*`. */
export interface ControllerMetrics {
  queue: QueueMetrics;
  /** How many keys may run at once. */
  workers(limit: number): void;
  /** One more, or one fewer, key is running. */
  active(change: 1 | -1): void;
  /** A reconcile ended. */
  reconciled(result: ReconcileResult, took: Milliseconds, trouble: Verdict['trouble']): void;
}
