import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { Cluster } from '#test/clusters/provider.ts';

interface Document {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}

interface Discovered {
  resources: { name: string; kind: string; namespaced: boolean }[];
}

/** Applies every object of a YAML file, in its order, as `kubectl apply --server-side -f FILE` does. */
export async function applyFile({ admin }: Pick<Cluster, 'admin'>, file: string): Promise<void> {
  for (const parsed of parseAllDocuments(readFileSync(file, 'utf8'))) {
    const document = parsed.toJS() as Document | null;
    if (document === null) continue;
    const { apiVersion, kind, metadata } = document;
    const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const { resources } = (await admin.get(group)) as Discovered;
    const resource = resources.find((one) => one.kind === kind && !one.name.includes('/'));
    if (resource === undefined) throw new Error(`${file}: the API server has no ${kind} in ${apiVersion}`);
    const scope = resource.namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : '';
    await admin.apply(`${group}${scope}/${resource.name}/${metadata.name}`, document);
  }
}
