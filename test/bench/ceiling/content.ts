import { ExportedEndpointSlice, exportedSliceName } from '#apis/hub/exported-endpoint-slice.ts';
import { ExportedService, exportedServiceName } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { MemberReport, REPORT_NAME } from '#apis/hub/member-report.ts';
import { endpointSlices, type IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { SLICE_MANAGED_BY_LABEL } from '#apis/labels.ts';
import { apiVersionOf } from '#apis/meta.ts';
import { encodeEndpoint } from '#controllers/endpoints/line.ts';
import { sliceHash } from '#controllers/endpoints/names.ts';
import { pod } from '#test/driver/builders.ts';
import { addressOf } from '../journey/numbers.ts';

/** How much there is. Every cluster exports the same Services, with one slice each. */
export interface Shape {
  clusters: number;
  /** Of each cluster. */
  services: number;
  /** Endpoints of a slice. */
  sliceSize: number;
}

/** The namespace of all Services. */
export const NAMESPACE = 'prod';
/** Where the bare lane's objects lie, on the hub and in B: nothing that stands for a member. */
export const BARE_NAMESPACE = 'bench-bare';
/** Slices of the bare lane: enough that no change waits for another one of the same slice. */
export const BARE_SLICES = 1_000;

const PORT = { name: 'tcp', port: 5432, protocol: 'TCP' };
const UID = '00000000-0000-4000-8000-';

export const clusterId = (cluster: number): string => `p${cluster}`;
const serviceName = (service: number): string => `db-${service}`;
const uidOf = (n: number): string => `${UID}${String(n).padStart(12, '0')}`;
const hashOf = (service: number): string => sliceHash(`${serviceName(service)}-x7k2p`);

export const slicesOf = ({ clusters, services }: Shape): number => clusters * services;
export const endpointsOf = (shape: Shape): number => slicesOf(shape) * shape.sliceSize;
/** The first number that no slice shows at the beginning. */
export const firstChange = (shape: Shape): number => endpointsOf(shape) + BARE_SLICES * shape.sliceSize;

export function report(shape: Shape, cluster: number, clusterSetUID: string): MemberReport {
  const services = Array.from({ length: shape.services }, (_, service) =>
    exportedServiceName(NAMESPACE, serviceName(service)),
  );
  return new MemberReport({
    metadata: { name: REPORT_NAME, namespace: memberNamespace(clusterId(cluster)) },
    spec: {
      clusterUID: uidOf(cluster),
      clusterSetUID,
      agentVersion: 'bench',
      inventory: { sequence: 1, services: services.sort() },
    },
  });
}

export function exportedService(cluster: number, service: number): ExportedService {
  return new ExportedService({
    metadata: {
      name: exportedServiceName(NAMESPACE, serviceName(service)),
      namespace: memberNamespace(clusterId(cluster)),
    },
    spec: {
      service: { namespace: NAMESPACE, name: serviceName(service) },
      export: { uid: uidOf(service), creationTimestamp: '2026-01-01T00:00:00Z' },
      type: 'Headless',
      ports: [PORT],
      ipFamilies: ['IPv4'],
      inventory: { sequence: 1, slices: [hashOf(service)] },
      asserted: { uid: uidOf(cluster), sequence: 1 },
    },
  });
}

export function sliceRecord(shape: Shape, cluster: number, service: number): ExportedEndpointSlice {
  const slice = cluster * shape.services + service;
  const name = exportedSliceName(NAMESPACE, serviceName(service), hashOf(service));
  return record(memberNamespace(clusterId(cluster)), name, pods(shape, slice), uidOf(cluster));
}

/** What the bare lane carries: a record of the product's kind and size. */
export function bareRecord(shape: Shape, slice: number): ExportedEndpointSlice {
  const name = exportedSliceName(NAMESPACE, serviceName(slice), hashOf(slice));
  return record(BARE_NAMESPACE, name, pods(shape, slicesOf(shape) + slice), uidOf(0));
}

/** The slice that the relay makes of it in B: of the size of what the product writes. */
export function bareSlice(shape: Shape, slice: number): IEndpointSlice {
  return {
    apiVersion: apiVersionOf(endpointSlices),
    kind: endpointSlices.kind,
    metadata: {
      name: `${serviceName(slice)}-p0-${sliceHash(`bare-${slice}`)}abc`,
      namespace: BARE_NAMESPACE,
      labels: {
        [SLICE_MANAGED_BY_LABEL]: 'relay.bench.tombolo.dev',
        'bench.tombolo.dev/source-slice': hashOf(slice),
        'bench.multicluster.kubernetes.io/service-name': serviceName(slice),
        'bench.multicluster.kubernetes.io/source-cluster': 'p0',
      },
      annotations: {
        'bench.tombolo.dev/asserted': `${uidOf(0)}/1`,
        'bench.tombolo.dev/source': `${uidOf(0)}/1`,
      },
    },
    addressType: 'IPv4',
    endpoints: pods(shape, slicesOf(shape) + slice),
    ports: [PORT],
  };
}

/** The endpoints of the n-th slice of all; no two share an address. */
function pods({ sliceSize }: Shape, slice: number) {
  return Array.from({ length: sliceSize }, (_, n) =>
    pod(`db-${n}`, addressOf(slice * sliceSize + n), { zone: `zone-${'abc'.charAt(n % 3)}` }),
  );
}

function record(namespace: string, name: string, endpoints: ReturnType<typeof pods>, uid: string) {
  return new ExportedEndpointSlice({
    metadata: { name, namespace },
    spec: {
      addressType: 'IPv4',
      ports: [PORT],
      source: { uid, generation: 1 },
      endpoints: endpoints.map(encodeEndpoint),
      asserted: { uid, sequence: 1 },
    },
  });
}
