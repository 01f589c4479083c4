import type { Registry } from 'prom-client';
import { markdownTable } from './table.ts';

interface Described {
  name: string;
  type: string;
  help: string;
  labels: readonly string[];
}

/** The metrics of a registry by name, without those that every Node program with prom-client has. */
export function describedMetrics(registry: Registry): Described[] {
  return registry
    .getMetricsAsArray()
    .filter(({ name }) => !/^(process|nodejs)_/.test(name))
    .map((metric) => ({
      name: metric.name,
      type: String(metric.type),
      help: metric.help,
      // Every metric has them, but prom-client's types do not tell.
      labels: 'labelNames' in metric && Array.isArray(metric.labelNames) ? metric.labelNames.map(String) : [],
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Those metrics as a table. */
export function metricsTable(metrics: readonly Described[]): string {
  const rows = metrics.map(({ name, type, labels, help }) => [
    `\`${name}\``,
    type,
    labels.map((label) => `\`${label}\``).join(', '),
    help,
  ]);
  return markdownTable(['name', 'type', 'labels', 'what it says'], rows);
}
