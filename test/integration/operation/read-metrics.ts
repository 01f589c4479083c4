import type { AgentProcess } from '#test/driver/agent-process.ts';

/** A page of Prometheus' text format. */
export interface MetricsPage {
  /** Value of each series, by its name and labels as they are written. */
  figures: ReadonlyMap<string, number>;
  /** Of all metrics, those without a series as well. */
  names: ReadonlySet<string>;
  /** All that is no comment. */
  lines: readonly string[];
}

/** Reads /metrics of a running program. */
export async function readMetrics(agent: AgentProcess): Promise<MetricsPage> {
  const { text } = await agent.page('/metrics');
  return metricsPage(text);
}

/** The same of a page that somebody has fetched. */
export function metricsPage(text: string): MetricsPage {
  const all = text.split('\n').filter(Boolean);
  const lines = all.filter((line) => !line.startsWith('#'));
  return {
    lines,
    names: new Set(all.flatMap((line) => /^# TYPE (\S+)/.exec(line)?.[1] ?? [])),
    figures: new Map(lines.map((line) => [line.replace(/ \S+$/, ''), Number(/\S+$/.exec(line)?.[0])])),
  };
}
