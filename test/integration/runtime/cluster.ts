import type { Cluster } from '#test/clusters/provider.ts';
import { startCluster } from '#test/clusters/start.ts';

/** The API server that the runtime's tests run against; the one place that says where it comes from. */
export interface ClusterUnderTest {
  readonly cluster: Cluster;
  stop(): Promise<void>;
}

export async function clusterUnderTest(): Promise<ClusterUnderTest> {
  return startCluster({ name: 'runtime' });
}
