import { ExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import { type Endpoint, endpointSlices, type IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { KUBE_SERVICE_NAME_LABEL, SLICE_MANAGED_BY_LABEL } from '#apis/labels.ts';
import { apiVersionOf } from '#apis/meta.ts';
import { encodeEndpoint } from '#controllers/endpoints/line.ts';
import { pod } from '#test/driver/builders.ts';
import { addressOf } from '../journey/numbers.ts';
import { SOURCE_LABEL } from '../propagation/lanes.ts';

/** `again` is the bare replay once more: what the two differ by is the rig's own noise. */
export const LANES = ['product', 'bare', 'again'] as const;
export type Lane = (typeof LANES)[number];
export const BARE = ['bare', 'again'] as const;
export type BareLane = (typeof BARE)[number];

/** A namespace of its own for each lane, in A and B; names of one length, so that bodies are of one size. */
export const NAMESPACES: Record<Lane, string> = { product: 'roll-p', bare: 'roll-q', again: 'roll-r' };

/** Where on the hub a replay's records lie: nothing that stands for a member. */
export const hubNamespaceOf = (lane: BareLane): string => `bench-${NAMESPACES[lane]}`;

/** Endpoints of a slice: a StatefulSet whose pods are replaced one after the other. */
export const PODS = 20;

const MANAGED_BY = 'relay.bench.tombolo.dev';
const UID = '00000000-0000-4000-8000-000000000000';
const ports = [{ name: 'tcp', port: 5432, protocol: 'TCP' }];

export const serviceName = (service: number): string => `web-${String(service).padStart(4, '0')}`;
const sliceName = (service: number): string => `${serviceName(service)}-x7k2p`;

/** The first number that no slice shows at the beginning. */
export const firstChange = (services: number): number => LANES.length * services * PODS;

/** The slice in A that rolls. */
export function sourceSlice(lane: Lane, services: number, service: number): IEndpointSlice {
  return {
    apiVersion: apiVersionOf(endpointSlices),
    kind: endpointSlices.kind,
    metadata: {
      name: sliceName(service),
      namespace: NAMESPACES[lane],
      labels: {
        [KUBE_SERVICE_NAME_LABEL]: serviceName(service),
        [SLICE_MANAGED_BY_LABEL]: MANAGED_BY,
        [SOURCE_LABEL]: 'true',
      },
    },
    addressType: 'IPv4',
    endpoints: pods(lane, services, service),
    ports,
  };
}

/** The record as a replay writes it to the hub: the product's kind, one line an endpoint. */
export function replayedRecord(lane: BareLane, services: number, service: number): ExportedEndpointSlice {
  return new ExportedEndpointSlice({
    metadata: { name: recordName(service), namespace: hubNamespaceOf(lane) },
    spec: {
      addressType: 'IPv4',
      ports,
      source: { uid: UID, generation: 1 },
      endpoints: pods(lane, services, service).map(encodeEndpoint),
      asserted: { uid: UID, sequence: 1_700_000_000_000 },
    },
  });
}

/** The slice as a replay writes it to B: labels and annotations as many and as long as the product's. */
export function replayedSlice(lane: BareLane, services: number, service: number): IEndpointSlice {
  return {
    apiVersion: apiVersionOf(endpointSlices),
    kind: endpointSlices.kind,
    metadata: {
      name: `${serviceName(service)}-a-fk3v9a2c7mq1d0zz`,
      namespace: NAMESPACES[lane],
      labels: {
        [SLICE_MANAGED_BY_LABEL]: MANAGED_BY,
        'bench.tombolo.dev/source-slice': 'fk3v9a2c7mq1d',
        'bench.multicluster.kubernetes.io/service-name': serviceName(service),
        'bench.multicluster.kubernetes.io/source-cluster': 'a',
      },
      annotations: {
        'bench.tombolo.dev/asserted': `${UID}/1700000000000`,
        'bench.tombolo.dev/source': `${UID}/1`,
      },
    },
    addressType: 'IPv4',
    endpoints: pods(lane, services, service),
    ports,
  };
}

/** What a replay watches in A, and on the hub, by the number of the Service. */
export const watchedInA = (service: number): string => sliceName(service);
export const recordName = (service: number): string => `roll.${serviceName(service)}.fk3v9a2c7mq1d`;

function pods(lane: Lane, services: number, service: number): Endpoint[] {
  const first = (LANES.indexOf(lane) * services + service) * PODS;
  return Array.from({ length: PODS }, (_, n) =>
    pod(`${serviceName(service)}-${n}`, addressOf(first + n), { zone: 'zone-a' }),
  );
}
