import type { Cluster } from '#test/clusters/provider.ts';
import { apply } from '#test/driver/install.ts';

/** Creates a namespace, or finds it there. */
export async function createNamespace(cluster: Cluster, name: string): Promise<void> {
  await apply(cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
}
