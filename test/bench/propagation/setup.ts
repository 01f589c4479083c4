import type { Cluster } from '#test/clusters/provider.ts';
import { createNamespace } from '../rig/namespace.ts';
import { LANE_NAMESPACES, type Lane } from './lanes.ts';

/** Where on the hub a relay's objects lie: nothing that stands for a member, so the product ignores them. */
export function hubNamespaceOf(lane: Lane): string {
  return `bench-${LANE_NAMESPACES[lane]}`;
}

/** Creates what every lane needs in A, B and on the hub, before any process of the rig starts. */
export async function prepareNamespaces(
  clusters: { a: Cluster; b: Cluster; hub: Cluster },
  lanes: readonly Lane[],
): Promise<void> {
  for (const lane of lanes) {
    await createNamespace(clusters.a, LANE_NAMESPACES[lane]);
    await createNamespace(clusters.b, LANE_NAMESPACES[lane]);
    if (lane !== 'product') await createNamespace(clusters.hub, hubNamespaceOf(lane));
  }
}
