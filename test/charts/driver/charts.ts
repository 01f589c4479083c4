import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from '#src/install/manifest.ts';
import type { Ended, Tool } from './helm.ts';

const ROOT = join(import.meta.dirname, '../../..');

export type ChartName = 'tombolo-hub' | 'tombolo-member';

/** Where a chart lies. */
export function chartPath(chart: ChartName): string {
  return join(ROOT, 'charts', chart);
}

/** Values with which the chart of a member renders at all. */
export const ENOUGH = { clusterId: 'zzzc', hub: { existingSecret: 'tombolo-hub' } } as const;

/** What `helm template` answers for these values, good or bad. */
export function tryTemplate(
  helm: Tool,
  chart: ChartName,
  values: object,
  ...flags: string[]
): Promise<Ended> {
  const args = ['template', chart, chartPath(chart), '--namespace', namespaceOf(chart), '--values', '-'];
  return helm.try([...args, ...flags], JSON.stringify(values));
}

/** The rendered text. @throws Error in Helm's words. */
export async function template(
  helm: Tool,
  chart: ChartName,
  values: object,
  ...flags: string[]
): Promise<string> {
  const { exitCode, stdout, stderr } = await tryTemplate(helm, chart, values, ...flags);
  if (exitCode !== 0) throw new Error(`helm template ${chart}: ${stderr}`);
  return stdout;
}

/** The objects of a rendered text. @throws Error where a document is not YAML. */
export function objectsOf(text: string): Manifest[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = [...document.errors, ...document.warnings];
    if (error !== undefined) throw error;
    // What the charts render is Kubernetes objects; whether they are good ones an API server says.
    const object = document.toJS() as Manifest | null;
    return object === null ? [] : [object];
  });
}

/** The namespaces that the docs use. */
export function namespaceOf(chart: ChartName): string {
  return chart === 'tombolo-hub' ? 'tombolo-hub' : 'tombolo-system';
}
