import type { MetricsPage } from '#test/integration/operation/read-metrics.ts';

/** What is looked at in a process, and how a plot calls it. */
export const FIGURES = {
  resident: 'resident memory, MB',
  heap: 'used heap, MB',
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
  // There is no series for what there is none of.
  const timers = figures.get('nodejs_active_resources{type="Timeout"}') ?? 0;
  return {
    resident: figure('process_resident_memory_bytes') / BYTES,
    heap: figure('nodejs_heap_size_used_bytes') / BYTES,
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
