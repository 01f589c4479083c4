/** Manifests of what the tests of the clusters put into them, and the parts they read back. */

export interface Slice {
  metadata: { name: string };
  endpoints: { addresses: string[]; hostname?: string; zone?: string; conditions?: { ready?: boolean } }[];
}

export function namespace(name: string): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

/** The headless Service of a StatefulSet. */
export function headlessService(name: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { clusterIP: 'None', selector: { app: name }, ports: [{ name: 'sql', port: 5432 }] },
  };
}

export function statefulSet(name: string, replicas: number): object {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name },
    spec: {
      serviceName: name,
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'main', image: 'registry.k8s.io/pause:3.10' }] },
      },
    },
  };
}

export function serviceImport(name: string): object {
  return {
    apiVersion: 'multicluster.x-k8s.io/v1beta1',
    kind: 'ServiceImport',
    metadata: { name },
    spec: { type: 'Headless', ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }] },
  };
}

/** One endpoint of an imported Service, as CoreDNS finds it. */
export function importedSlice(
  service: string,
  cluster: string,
  endpoint: { hostname: string; address: string },
): object {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${service}-${cluster}`,
      labels: {
        'multicluster.kubernetes.io/service-name': service,
        'multicluster.kubernetes.io/source-cluster': cluster,
      },
    },
    addressType: 'IPv4',
    ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }],
    endpoints: [{ addresses: [endpoint.address], hostname: endpoint.hostname, conditions: { ready: true } }],
  };
}
