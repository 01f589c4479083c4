import type { Endpoint, EndpointPort, IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import type { IService, ServicePort } from '#apis/kubernetes/service.ts';
import { KUBE_SERVICE_NAME_LABEL } from '#apis/labels.ts';

/** A Service as a user would write it; `spec` overrides any default. */
export function service(namespace: string, name: string, spec: IService['spec'] = {}): IService {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { ports: [port('tcp', 5432)], ...spec },
  };
}

/** A headless Service, as a StatefulSet's `serviceName` wants it. */
export function headless(namespace: string, name: string, spec: IService['spec'] = {}): IService {
  return service(namespace, name, { clusterIP: 'None', ...spec });
}

/** A Service port whose pods listen on the same number. */
export function port(name: string, number: number, more: Partial<ServicePort> = {}): ServicePort {
  return { name, port: number, protocol: 'TCP', ...more };
}

/** A ready endpoint with one address. */
export function endpoint(address: string, more: Partial<Endpoint> = {}): Endpoint {
  return { addresses: [address], conditions: { ready: true, serving: true, terminating: false }, ...more };
}

/** What the stock controller would have written for a StatefulSet pod. */
export function pod(hostname: string, address: string, more: Partial<Endpoint> = {}): Endpoint {
  return endpoint(address, { hostname, ...more });
}

/** Many ready endpoints, `198.18.<third>.<n>`, named `<prefix>-<n>`. */
export function pods(count: number, prefix = 'db', third = 10): Endpoint[] {
  return Array.from({ length: count }, (_, n) =>
    pod(`${prefix}-${n}`, `198.18.${third + (n >> 8)}.${n & 255}`),
  );
}

/** A hand-written EndpointSlice of a Service. */
export function slice(
  namespace: string,
  serviceName: string,
  suffix: string,
  endpoints: Endpoint[],
  ports: EndpointPort[] = [{ name: 'tcp', port: 5432, protocol: 'TCP' }],
): IEndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${serviceName}-${suffix}`,
      namespace,
      labels: {
        [KUBE_SERVICE_NAME_LABEL]: serviceName,
        'endpointslice.kubernetes.io/managed-by': 'test.tombolo.dev',
      },
    },
    addressType: 'IPv4',
    endpoints,
    ports,
  };
}
