import type { Milliseconds } from '#src/runtime/clock.ts';

/** What an informer tells metrics; every call names cluster and resource. Must not throw. */
export interface CacheMetrics {
  /** A complete list was taken over. `repaired` counts the differences that the watch had not brought. */
  listed(labels: CacheLabels, facts: { items: number; repaired: number; took: Milliseconds }): void;
  /** A watch was opened, the first one included. */
  watchOpened(labels: CacheLabels): void;
  event(labels: CacheLabels, type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'): void;
  /** A list or a watch failed. */
  failed(labels: CacheLabels, during: 'list' | 'watch'): void;
  listenerThrew(labels: CacheLabels): void;
}

export interface CacheLabels {
  cluster: string;
  resource: string;
}
