import type { AdminClient } from '#test/clusters/admin.ts';

const NAMESPACE = 'prod';

/** One endpoint of another cluster: hostname (or none) and address. */
export interface Pod {
  hostname?: string;
  address: string;
}

/**
 * Writes, by hand, what an agent writes for a headless Service `name` of namespace prod that `cluster` exports. With an
 * empty `serviceNameLabel` the slice names no Service of this cluster.
 */
export async function importHeadless(
  admin: AdminClient,
  name: string,
  cluster: string,
  pods: readonly Pod[],
  serviceNameLabel = 'derived-x.none',
): Promise<void> {
  const ports = [{ name: 'sql', port: 5432, protocol: 'TCP' }];
  await admin.apply(`/api/v1/namespaces/${NAMESPACE}`, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: NAMESPACE },
  });
  await admin.apply(`/apis/multicluster.x-k8s.io/v1beta1/namespaces/${NAMESPACE}/serviceimports/${name}`, {
    apiVersion: 'multicluster.x-k8s.io/v1beta1',
    kind: 'ServiceImport',
    metadata: { name },
    spec: { type: 'Headless', ports },
  });
  await admin.apply(`/apis/discovery.k8s.io/v1/namespaces/${NAMESPACE}/endpointslices/${name}-${cluster}`, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-${cluster}`,
      labels: {
        'multicluster.kubernetes.io/service-name': name,
        'multicluster.kubernetes.io/source-cluster': cluster,
        ...(serviceNameLabel === '' ? {} : { 'kubernetes.io/service-name': serviceNameLabel }),
      },
    },
    addressType: 'IPv4',
    ports,
    endpoints: pods.map(({ hostname, address }) => ({
      addresses: [address],
      ...(hostname === undefined ? {} : { hostname }),
      conditions: { ready: true },
    })),
  });
}
