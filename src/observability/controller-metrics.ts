import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { ControllerMetrics } from '#src/runtime/controller-metrics.ts';
import type { ReconcileResult } from '#src/runtime/outcome.ts';
import { newQueueMetrics } from './queue-metrics.ts';

/** As controller-runtime has them. */
const BUCKETS = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5,
  1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
];

const RESULTS: readonly ReconcileResult[] = ['success', 'requeue_after', 'requeue', 'error'];

/** Controller-runtime's `controller_runtime_*` and the queues' `workqueue_*`. Returns a maker of one controller's hooks. */
export function newControllerMetrics(registry: Registry): (controller: string) => ControllerMetrics {
  const queueMetrics = newQueueMetrics(registry);
  const counter = (name: string, help: string) =>
    new Counter({
      name: `controller_runtime_${name}`,
      help,
      labelNames: ['controller'] as const,
      registers: [registry],
    });
  const gauge = (name: string, help: string) =>
    new Gauge({
      name: `controller_runtime_${name}`,
      help,
      labelNames: ['controller'] as const,
      registers: [registry],
    });
  const total = new Counter({
    name: 'controller_runtime_reconcile_total',
    help: 'Reconciles by result',
    labelNames: ['controller', 'result'] as const,
    registers: [registry],
  });
  const time = new Histogram({
    name: 'controller_runtime_reconcile_time_seconds',
    help: 'How long a reconcile took',
    labelNames: ['controller'] as const,
    buckets: BUCKETS,
    registers: [registry],
  });
  const errors = counter('reconcile_errors_total', 'Reconciles that failed');
  const terminal = counter('terminal_reconcile_errors_total', 'Failures that are not retried');
  const timeouts = counter('reconcile_timeouts_total', 'Reconciles that passed their deadline');
  const panics = counter('reconcile_panics_total', 'Reconciles that hit a mistake in the program');
  const limit = gauge('max_concurrent_reconciles', 'How many keys may run at once');
  const active = gauge('active_workers', 'How many keys run now');

  return (name) => {
    const labels = { controller: name };
    const results = Object.fromEntries(
      RESULTS.map((result) => [result, total.labels({ ...labels, result })]),
    );
    const series = {
      time: time.labels(labels),
      errors: errors.labels(labels),
      terminal: terminal.labels(labels),
      timeouts: timeouts.labels(labels),
      panics: panics.labels(labels),
      active: active.labels(labels),
    };
    // Shown as 0 from the start: a rate over a series that appears with its first failure misses that failure.
    for (const counter of Object.values(results)) counter.inc(0);
    for (const counter of [series.errors, series.terminal, series.timeouts, series.panics]) counter.inc(0);
    series.active.set(0);
    return {
      queue: queueMetrics(name),
      workers: (workers) => limit.labels(labels).set(workers),
      active: (change) => series.active.inc(change),
      reconciled(result, took, trouble) {
        results[result]?.inc();
        series.time.observe(took / 1_000);
        if (result === 'error') series.errors.inc();
        if (trouble === 'terminal') series.terminal.inc();
        if (trouble === 'timeout') series.timeouts.inc();
        if (trouble === 'defect') series.panics.inc();
      },
    };
  };
}
