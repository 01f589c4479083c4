import type { MetricsPage } from '#test/integration/operation/read-metrics.ts';

/** What is looked at in a process, and how a plot calls it. */
export const FIGURES = {
  resident: 'resident memory, MB',
  kept: 'what the program keeps (V8’s old and large object spaces), MB',
  compiled: 'compiled code (V8’s code and trusted spaces), MB',
  native: 'resident memory beside V8’s heap, MB',
  handles: 'handles other than timers',
  timers: 'timers',
  descriptors: 'open file descriptors',
  watches: 'open watches',
  queued: 'keys that wait in queues',
} as const;

export type Figure = keyof typeof FIGURES;

/** One look into a process. */
export type Reading = Readonly<Record<Figure, number>>;

const BYTES = 1024 * 1024;

/**
 * What a page of /metrics says of its process; how many watches it has open only the other side knows.
 *
 * @throws Error where the page lacks one of the figures: a gap must not look like a zero.
 */
export function readingOf({ figures }: MetricsPage, watches: number): Reading {
  const figure = (name: string) => {
    const value = figures.get(name);
    if (value === undefined) throw new Error(`the page has no ${name}`);
    return value;
  };
  const spaces = (...names: string[]) =>
    names.reduce((sum, name) => sum + figure(`nodejs_heap_space_size_used_bytes{space="${name}"}`), 0);
  const resident = figure('process_resident_memory_bytes');
  // There is no series for what there is none of.
  const timers = figures.get('nodejs_active_resources{type="Timeout"}') ?? 0;
  return {
    resident: resident / BYTES,
    kept: spaces('old', 'large_object') / BYTES,
    compiled: spaces('code', 'code_large_object', 'trusted', 'trusted_large_object') / BYTES,
    native: (resident - figure('nodejs_heap_size_total_bytes')) / BYTES,
    handles: figure('nodejs_active_resources_total') - timers,
    timers,
    descriptors: figure('process_open_fds'),
    watches,
    queued: sumOf(figures, 'workqueue_depth{'),
  };
}

function sumOf(figures: MetricsPage['figures'], start: string): number {
  const values = [...figures].filter(([name]) => name.startsWith(start)).map(([, value]) => value);
  if (values.length === 0) throw new Error(`the page has no ${start}…}`);
  return values.reduce((sum, value) => sum + value, 0);
}
