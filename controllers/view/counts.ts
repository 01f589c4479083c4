import type { Endpoint, IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { SOURCE_CLUSTER_LABEL } from '#apis/labels.ts';

/** How many endpoints there are, and how many of them traffic goes to. */
export interface EndpointCount {
  ready: number;
  total: number;
}

/** Unset counts as ready, as kube-proxy has it. */
export function isReady({ conditions }: Endpoint): boolean {
  return conditions?.ready !== false;
}

/**
 * Counts endpoints, not addresses: under dual stack one pod lies in a slice of each family, so of each cluster the
 * family with more of them counts.
 */
export function countEndpoints(slices: readonly IEndpointSlice[]): EndpointCount {
  const clusters = new Map<string, Map<string, EndpointCount>>();
  for (const { metadata, addressType, endpoints } of slices) {
    const cluster = metadata.labels?.[SOURCE_CLUSTER_LABEL] ?? '';
    const families = clusters.get(cluster) ?? new Map<string, EndpointCount>();
    clusters.set(cluster, families);
    const { ready, total } = families.get(addressType) ?? { ready: 0, total: 0 };
    const all = endpoints ?? [];
    families.set(addressType, { ready: ready + all.filter(isReady).length, total: total + all.length });
  }
  const largest = (of: keyof EndpointCount) =>
    [...clusters.values()].reduce(
      (sum, families) => sum + Math.max(...[...families.values()].map((count) => count[of])),
      0,
    );
  return { ready: largest('ready'), total: largest('total') };
}

/** `2/3`: ready of all. */
export function showCount({ ready, total }: EndpointCount): string {
  return `${ready}/${total}`;
}
