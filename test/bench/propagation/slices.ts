import { exportedEndpointSlices, type IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import { type Endpoint, endpointSlices, type IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { KUBE_SERVICE_NAME_LABEL, SLICE_MANAGED_BY_LABEL } from '#apis/labels.ts';
import { apiVersionOf } from '#apis/meta.ts';
import { firstAddress } from './addresses.ts';
import { LANE_NAMESPACES, type Lane, SOURCE_LABEL } from './lanes.ts';

/** The headless Service of every lane. */
export const SERVICE = 'db';
/** The one slice of it. */
export const SOURCE_SLICE = 'db-x7k2p';
/** How many endpoints it holds: what the stock controller puts into a slice. */
export const ENDPOINTS = 100;
/** Not the product's: it leaves alone what others manage. */
const MANAGED_BY = 'relay.bench.tombolo.dev';

function endpoint(n: number, namespace: string, ofPod: boolean): Endpoint {
  return {
    addresses: [firstAddress(n)],
    conditions: { ready: true, serving: true, terminating: false },
    hostname: `${SERVICE}-${n}`,
    ...(ofPod && {
      nodeName: `node-${100 + (n % 10)}`,
      targetRef: {
        kind: 'Pod',
        namespace,
        name: `${SERVICE}-${n}`,
        uid: `7d1b6a52-0000-4000-8000-${String(n).padStart(12, '0')}`,
      },
    }),
    zone: 'zone-a',
  };
}

const endpoints = (namespace: string, ofPods: boolean) =>
  Array.from({ length: ENDPOINTS }, (_, n) => endpoint(n, namespace, ofPods));

const ports = [{ name: 'tcp', port: 5432, protocol: 'TCP' }];

/**
 * The slice in A that the driver changes. `ofPods`: with the targetRef and nodeName that the stock
 * controller writes for pods; a hand-written slice has none.
 */
export function sourceSlice(lane: Lane, ofPods: boolean): IEndpointSlice {
  const namespace = LANE_NAMESPACES[lane];
  return {
    apiVersion: apiVersionOf(endpointSlices),
    kind: endpointSlices.kind,
    metadata: {
      name: SOURCE_SLICE,
      namespace,
      labels: {
        [KUBE_SERVICE_NAME_LABEL]: SERVICE,
        [SLICE_MANAGED_BY_LABEL]: MANAGED_BY,
        [SOURCE_LABEL]: 'true',
      },
    },
    addressType: 'IPv4',
    endpoints: endpoints(namespace, ofPods),
    ports,
  };
}

/**
 * The slice as a relay writes it to B (and the plain relay to the hub): labels and annotations as many
 * and as long as the product's, so that bodies are of one size.
 */
export function relayedSlice(lane: Lane, ofPods: boolean): IEndpointSlice {
  const namespace = LANE_NAMESPACES[lane];
  return {
    apiVersion: apiVersionOf(endpointSlices),
    kind: endpointSlices.kind,
    metadata: {
      name: `imported-a-${SERVICE}-fk3v9a2c7m`,
      namespace,
      labels: {
        [SLICE_MANAGED_BY_LABEL]: MANAGED_BY,
        'bench.tombolo.dev/source-slice': 'fk3v9a2c7m',
        'bench.multicluster.kubernetes.io/service-name': SERVICE,
        'bench.multicluster.kubernetes.io/source-cluster': 'a',
      },
      annotations: {
        'bench.tombolo.dev/asserted': '00000000-0000-4000-8000-000000000000/1700000000000',
        'bench.tombolo.dev/source': '00000000-0000-4000-8000-000000000000/1',
      },
    },
    addressType: 'IPv4',
    endpoints: endpoints(namespace, ofPods),
    ports,
  };
}

/** The record as the *same* relay writes it to the hub: the product's kind, one line an endpoint. */
export function relayedRecord(lane: Lane, hubNamespace: string): IExportedEndpointSlice {
  return {
    apiVersion: apiVersionOf(exportedEndpointSlices),
    kind: exportedEndpointSlices.kind,
    metadata: { name: `${LANE_NAMESPACES[lane]}.${SERVICE}.fk3v9a2c7m`, namespace: hubNamespace },
    spec: {
      addressType: 'IPv4',
      ports,
      source: { uid: '00000000-0000-4000-8000-000000000000', generation: 1 },
      endpoints: Array.from(
        { length: ENDPOINTS },
        (_, n) => `${firstAddress(n)} RSt hostname=${SERVICE}-${n} zone=zone-a`,
      ),
      asserted: { uid: '00000000-0000-4000-8000-000000000000', sequence: 1_700_000_000_000 },
    },
  };
}
