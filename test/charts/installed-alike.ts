import type { Manifest } from '#src/install/manifest.ts';
import { objectsOf } from './driver/charts.ts';

/** Labels that only Helm sets. */
const OF_HELM = ['helm.sh/chart', 'app.kubernetes.io/managed-by', 'app.kubernetes.io/version'];

/** The object of this kind that a chart renders, without what only Helm sets. */
export function rendered(text: string, kind: string, name: string): Manifest | undefined {
  const found = objectsOf(text).find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) return undefined;
  const labels = Object.entries(found.metadata.labels ?? {}).filter(([key]) => !OF_HELM.includes(key));
  return { ...found, metadata: { ...found.metadata, labels: Object.fromEntries(labels) } };
}

/** A Deployment of a hub without the mark by which another declaration makes another pod. */
export function withoutDeclaration(deployment: Manifest | undefined): unknown {
  return JSON.parse(JSON.stringify(deployment), (key, value) => (key === 'annotations' ? undefined : value));
}
