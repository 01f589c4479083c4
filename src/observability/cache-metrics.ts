import { Counter, Gauge, type Registry } from 'prom-client';
import type { CacheMetrics } from '#src/cache/observer.ts';

/** What the caches of API servers tell: whether watches carry the truth, or lists have to repair it. */
export function newCacheMetrics(registry: Registry): CacheMetrics {
  const registers = [registry];
  const labelNames = ['cluster', 'resource'] as const;
  const counter = (name: string, help: string) =>
    new Counter({ name: `tombolo_cache_${name}_total`, help, labelNames, registers });
  const lists = counter('lists', 'Complete lists taken over');
  const repaired = counter('repaired_objects', 'Differences a list found that no watch had brought');
  const watches = counter('watches', 'Watches opened');
  const listenerErrors = counter('listener_errors', 'Changes on which a listener threw');
  const events = new Counter({
    name: 'tombolo_cache_events_total',
    help: 'Events of watches by type',
    labelNames: [...labelNames, 'type'] as const,
    registers,
  });
  const failures = new Counter({
    name: 'tombolo_cache_failures_total',
    help: 'Lists and watches that failed',
    labelNames: [...labelNames, 'during'] as const,
    registers,
  });
  const items = new Gauge({
    name: 'tombolo_cache_listed_objects',
    help: 'Objects in the last complete list',
    labelNames,
    registers,
  });
  return {
    listed(labels, facts) {
      lists.inc({ ...labels });
      repaired.inc({ ...labels }, facts.repaired);
      items.set({ ...labels }, facts.items);
    },
    watchOpened: (labels) => watches.inc({ ...labels }),
    event: (labels, type) => events.inc({ ...labels, type }),
    failed: (labels, during) => failures.inc({ ...labels, during }),
    listenerThrew: (labels) => listenerErrors.inc({ ...labels }),
  };
}
