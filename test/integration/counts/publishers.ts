import { CLUSTER_SET_NAME, clusterSets } from '#apis/hub/cluster-set.ts';
import {
  ExportedEndpointSlice,
  exportedEndpointSlices,
  exportedSliceName,
} from '#apis/hub/exported-endpoint-slice.ts';
import { ExportedService, exportedServiceName, exportedServices } from '#apis/hub/exported-service.ts';
import { Member, memberNamespace, members } from '#apis/hub/member.ts';
import { MemberReport, memberReports, REPORT_NAME } from '#apis/hub/member-report.ts';
import { type INamespace, namespaces } from '#apis/kubernetes/namespace.ts';
import { encodeEndpoint } from '#controllers/endpoints/line.ts';
import { sliceHash } from '#controllers/endpoints/names.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { pod } from '#test/driver/builders.ts';

export const PUBLISHERS = 40;
export const SERVICES = 15;
const SLICES_OF_AN_EXPORT = 5;
/** Every Service is exported by every second publisher. */
export const SLICES = (PUBLISHERS / 2) * SERVICES * SLICES_OF_AN_EXPORT;

const NAMESPACE = 'prod';
const PORT = { name: 'tcp', port: 5432, protocol: 'TCP' };

export const serviceName = (service: number) => `db-${service}`;

interface Slice {
  publisher: number;
  service: number;
  slice: number;
}

/**
 * Writes what 40 members publish, 1,500 slices, with the admin's credentials: there are no clusters and no
 * agents behind it, and to an importer that makes no difference.
 */
export async function publishAll(hub: KubeClient): Promise<void> {
  const set = await hub.get(clusterSets, { name: CLUSTER_SET_NAME });
  const publishers = Array.from({ length: PUBLISHERS }, (_, publisher) => publisher);
  await Promise.all(publishers.map((publisher) => publish(hub, publisher, set.metadata.uid ?? '')));
}

async function publish(hub: KubeClient, publisher: number, clusterSetUID: string): Promise<void> {
  const services = servicesOf(publisher);
  const namespace = memberNamespace(idOf(publisher));
  await hub.create(namespaces, { metadata: { name: namespace } } as INamespace);
  await hub.create(members, new Member({ metadata: { name: idOf(publisher) } }));
  const inventory = {
    sequence: 1,
    services: services.map((service) => exportedServiceName(NAMESPACE, serviceName(service))).sort(),
  };
  const spec = { clusterUID: uidOf(publisher), clusterSetUID, agentVersion: 'none', inventory };
  await hub.create(memberReports, new MemberReport({ metadata: { name: REPORT_NAME, namespace }, spec }));
  for (const service of services) {
    await hub.create(exportedServices, exportedService(publisher, service));
    for (let slice = 0; slice < SLICES_OF_AN_EXPORT; slice++) {
      await hub.create(exportedEndpointSlices, sliceRecord({ publisher, service, slice }, 1));
    }
  }
}

/** Has the first publisher's first slice show one address more, as its agent would. */
export async function changeOne(hub: KubeClient, address: string): Promise<void> {
  const record = sliceRecord({ publisher: 0, service: 0, slice: 0 }, 2);
  const held = await hub.get(exportedEndpointSlices, record.metadata);
  const endpoints = [...record.spec.endpoints, encodeEndpoint(pod('late', address))];
  await hub.update(exportedEndpointSlices, { ...held, spec: { ...record.spec, endpoints } });
}

function exportedService(publisher: number, service: number): ExportedService {
  const namespace = memberNamespace(idOf(publisher));
  return new ExportedService({
    metadata: { namespace, name: exportedServiceName(NAMESPACE, serviceName(service)) },
    spec: {
      service: { namespace: NAMESPACE, name: serviceName(service) },
      export: { uid: `export-${publisher}-${service}`, creationTimestamp: '2026-01-01T00:00:00Z' },
      type: service % 3 === 0 ? 'Headless' : 'ClusterSetIP',
      ports: [PORT],
      ipFamilies: ['IPv4'],
      inventory: {
        sequence: 1,
        slices: Array.from({ length: SLICES_OF_AN_EXPORT }, (_, slice) => hashOf(service, slice)).sort(),
      },
      asserted: { uid: uidOf(publisher), sequence: 1 },
    },
  });
}

function sliceRecord(at: Slice, generation: number): ExportedEndpointSlice {
  const { publisher, service, slice } = at;
  const name = exportedSliceName(NAMESPACE, serviceName(service), hashOf(service, slice));
  return new ExportedEndpointSlice({
    metadata: { namespace: memberNamespace(idOf(publisher)), name },
    spec: {
      addressType: 'IPv4',
      ports: [PORT],
      source: { uid: `slice-${publisher}-${service}-${slice}`, generation },
      endpoints: [
        encodeEndpoint(pod(`${serviceName(service)}-0`, `198.18.${publisher}.${service * 10 + slice}`)),
      ],
      asserted: { uid: uidOf(publisher), sequence: 1 },
    },
  });
}

function servicesOf(publisher: number): number[] {
  return Array.from({ length: SERVICES }, (_, service) => service).filter(
    (service) => (publisher + service) % 2 === 0,
  );
}

const idOf = (publisher: number) => `p${publisher}`;
const uidOf = (publisher: number) => `kube-system-p${publisher}`;
const hashOf = (service: number, slice: number) => sliceHash(`${serviceName(service)}-${slice}`);
