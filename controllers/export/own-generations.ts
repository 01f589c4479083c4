import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { KUBE_SERVICE_NAME_LABEL } from '#apis/labels.ts';
import type { KubeClient } from '#src/kube/client.ts';

/** What generation each slice of a Service of this cluster has, by UID. */
export type ReadGenerations = (
  at: { namespace: string; service: string },
  signal: AbortSignal,
) => Promise<ReadonlyMap<string, number>>;

/** Asks the API server for what is there at this moment, which a cache may not have yet. */
export function generationsNow(local: Pick<KubeClient, 'list'>): ReadGenerations {
  return async ({ namespace, service }, signal) => {
    const labelSelector = `${KUBE_SERVICE_NAME_LABEL}=${service}`;
    const { items } = await local.list(endpointSlices, { namespace, labelSelector, signal });
    return new Map(items.map(({ metadata: { uid = '', generation = 0 } }) => [uid, generation]));
  };
}
