import { noQueueMetrics } from '#src/queue/metrics.ts';
import type { ControllerMetrics } from '#src/runtime/controller-metrics.ts';

/** Controller metrics that a test can read: how many reconciles ended with which result and trouble. */
export class CountingMetrics implements ControllerMetrics {
  readonly queue = noQueueMetrics;
  readonly ended: Record<string, number> = {};
  running = 0;
  mostRunning = 0;

  workers(): void {}

  active(change: 1 | -1): void {
    this.running += change;
    this.mostRunning = Math.max(this.mostRunning, this.running);
  }

  reconciled(result: string, _took: number, trouble: string | undefined): void {
    const name = trouble === undefined ? result : `${result}/${trouble}`;
    this.ended[name] = (this.ended[name] ?? 0) + 1;
  }
}
