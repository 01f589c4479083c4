import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { QueueMetrics } from '#src/queue/metrics.ts';

/** As controller-runtime has them: ten times each, from 10 ns. */
const BUCKETS = Array.from({ length: 12 }, (_, power) => 1e-8 * 10 ** power);

/** Client-go's `workqueue_*`, so that dashboards and alerts made for Go controllers work. Returns a maker of one queue's hooks. */
export function newQueueMetrics(registry: Registry): (name: string) => QueueMetrics {
  const labelNames = ['name', 'controller'] as const;
  const common = { labelNames, registers: [registry] };
  const running = new Map<string, () => number[]>();
  const overRunning = (name: string, help: string, reduce: (ages: number[]) => number) =>
    new Gauge({
      name,
      help,
      ...common,
      collect() {
        for (const [queue, ages] of running) {
          this.set({ name: queue, controller: queue }, reduce(ages()) / 1_000);
        }
      },
    });
  const depth = new Gauge({ name: 'workqueue_depth', help: 'Keys that wait for a worker', ...common });
  const adds = new Counter({ name: 'workqueue_adds_total', help: 'Keys that entered the queue', ...common });
  const retries = new Counter({
    name: 'workqueue_retries_total',
    help: 'Keys put off after a failure',
    ...common,
  });
  const waited = new Histogram({
    name: 'workqueue_queue_duration_seconds',
    help: 'How long a key waited for a worker',
    buckets: BUCKETS,
    ...common,
  });
  const worked = new Histogram({
    name: 'workqueue_work_duration_seconds',
    help: 'How long a worker held a key',
    buckets: BUCKETS,
    ...common,
  });
  overRunning(
    'workqueue_unfinished_work_seconds',
    'Sum of the ages of all keys now held by workers',
    (ages) => ages.reduce((sum, age) => sum + age, 0),
  );
  overRunning(
    'workqueue_longest_running_processor_seconds',
    'Age of the key that a worker has held longest',
    (ages) => Math.max(0, ...ages),
  );
  return (name) => {
    // Resolved once: finding the series by its labels costs more than counting does.
    const labels = { name, controller: name };
    const series = {
      depth: depth.labels(labels),
      adds: adds.labels(labels),
      retries: retries.labels(labels),
      waited: waited.labels(labels),
      worked: worked.labels(labels),
    };
    series.depth.set(0);
    series.adds.inc(0);
    series.retries.inc(0);
    return {
      added: () => series.adds.inc(),
      depth: (waiting) => series.depth.set(waiting),
      taken: (ms) => series.waited.observe(ms / 1_000),
      finished: (ms) => series.worked.observe(ms / 1_000),
      retried: () => series.retries.inc(),
      watchRunning: (ages) => void running.set(name, ages),
    };
  };
}
