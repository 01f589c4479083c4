import { ExportedEndpointSlice, exportedSliceName } from '#apis/hub/exported-endpoint-slice.ts';
import { ExportedService, exportedServiceName } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { encodeEndpoint } from '#controllers/endpoints/line.ts';
import { sliceHash } from '#controllers/endpoints/names.ts';
import { addressOf } from '../journey/numbers.ts';

/** Members that publish; only their records exist, written by the benchmark. */
export const PUBLISHERS = ['p1', 'p2', 'p3', 'p4'] as const;
export type Publisher = (typeof PUBLISHERS)[number];

/** The namespace of all services. */
export const NAMESPACE = 'prod';

const SLICES_A_SERVICE = 5;
export const ENDPOINTS_OF_A_SLICE = 100;
/** Slices that one more service brings, over all publishers. */
export const SLICES_OF_A_SERVICE = PUBLISHERS.length * SLICES_A_SERVICE;
/** Endpoints that one more service brings, over all publishers. */
export const ENDPOINTS_OF_A_SERVICE = SLICES_OF_A_SERVICE * ENDPOINTS_OF_A_SLICE;

/** 198.18.0.0/15. */
const ADDRESSES = 2 ** 17;

const PORT = { name: 'tcp', port: 5432, protocol: 'TCP' };

export const serviceName = (index: number) => `db-${index}`;

/** The kube-system UID that a publisher claims. */
export function uidOf(publisher: Publisher): string {
  return `00000000-0000-4000-8000-0000000000${publisher.padStart(2, '0').replace('p', 'b')}`;
}

const asserted = (publisher: Publisher) => ({ uid: uidOf(publisher), sequence: 1 });

const hashOf = (service: number, slice: number) => sliceHash(`${serviceName(service)}-slice-${slice}`);

/** What one publisher says of one service, as an agent would. */
export function exportedService(publisher: Publisher, service: number): ExportedService {
  return new ExportedService({
    metadata: {
      name: exportedServiceName(NAMESPACE, serviceName(service)),
      namespace: memberNamespace(publisher),
    },
    spec: {
      service: { namespace: NAMESPACE, name: serviceName(service) },
      export: {
        uid: `11111111-0000-4000-8000-${String(service).padStart(12, '0')}`,
        creationTimestamp: '2026-01-01T00:00:00Z',
      },
      type: 'Headless',
      ports: [PORT],
      ipFamilies: ['IPv4'],
      inventory: {
        sequence: 1,
        slices: Array.from({ length: SLICES_A_SERVICE }, (_, slice) => hashOf(service, slice)).sort(),
      },
      asserted: asserted(publisher),
    },
  });
}

/** The service whose slices change: their addresses are numbers. */
export const CHANGING = 0;

/** All slice records of one publisher's service; no two endpoints share an address until 131,072 are given out. */
export function sliceRecords(publisher: Publisher, service: number): ExportedEndpointSlice[] {
  const place = service * PUBLISHERS.length + PUBLISHERS.indexOf(publisher);
  return Array.from({ length: SLICES_A_SERVICE }, (_, slice) => {
    const lines = Array.from({ length: ENDPOINTS_OF_A_SLICE }, (_, at) => {
      const pod = slice * ENDPOINTS_OF_A_SLICE + at;
      return encodeEndpoint({
        addresses: [
          (service === CHANGING ? addressOf : address)(place * SLICES_A_SERVICE * ENDPOINTS_OF_A_SLICE + pod),
        ],
        conditions: { ready: true, serving: true, terminating: false },
        hostname: `${serviceName(service)}-${pod}`,
        zone: `zone-${'abc'.charAt(pod % 3)}`,
      });
    });
    return new ExportedEndpointSlice({
      metadata: {
        name: exportedSliceName(NAMESPACE, serviceName(service), hashOf(service, slice)),
        namespace: memberNamespace(publisher),
      },
      spec: {
        addressType: 'IPv4',
        ports: [PORT],
        source: {
          uid: `22222222-0000-4000-8000-${String(place * SLICES_A_SERVICE + slice).padStart(12, '0')}`,
          generation: 1,
        },
        endpoints: lines,
        asserted: asserted(publisher),
      },
    });
  });
}

function address(n: number): string {
  const host = n % ADDRESSES;
  return `198.${18 + (host >> 16)}.${(host >> 8) & 255}.${host & 255}`;
}
