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
import { pod } from './builders.ts';
import { edit } from './edit.ts';

/** The namespace of all that they export. */
const NAMESPACE = 'prod';
const PORT = { name: 'tcp', port: 5432, protocol: 'TCP' };
const SLICES_OF_AN_EXPORT = 5;
/** 198.18.0.0/15. */
const ADDRESSES = 2 ** 17;

/** How many there are, and how large their slices. */
export interface PublishersShape {
  /** Members that publish; an even number. */
  count: number;
  endpointsOfASlice: number;
}

/** Slices that one more Service brings: every Service is exported by every second publisher. */
export const slicesOfAService = ({ count }: Pick<PublishersShape, 'count'>): number =>
  (count / 2) * SLICES_OF_AN_EXPORT;

export const serviceName = (service: number): string => `db-${service}`;

/** One slice of one publisher's export. */
export interface PublishedSlice {
  publisher: number;
  service: number;
  slice: number;
}

/** A slice that there is as soon as one Service is published. */
export const FIRST_SLICE: PublishedSlice = { publisher: 0, service: 0, slice: 0 };

/**
 * Writes what many members publish with the admin's credentials: there are no clusters and no agents behind it,
 * and to an importer that makes no difference.
 */
export class Publishers {
  readonly #hub: KubeClient;
  readonly #shape: PublishersShape;
  #services = 0;
  #sequence = 0;

  constructor(hub: KubeClient, shape: PublishersShape) {
    this.#hub = hub;
    this.#shape = shape;
  }

  /** The ids of all of them. */
  get ids(): string[] {
    return this.#all.map(idOf);
  }

  /** Enters them into the set; the hub is installed. They say nothing yet. */
  async join(): Promise<void> {
    await Promise.all(
      this.ids.map(async (id) => {
        await this.#hub.create(namespaces, { metadata: { name: memberNamespace(id) } } as INamespace);
        await this.#hub.create(members, new Member({ metadata: { name: id } }));
      }),
    );
  }

  /** Publishes Services until there are `services` of them; inventories first, as agents do. */
  async publish(services: number): Promise<void> {
    const before = this.#services;
    this.#services = services;
    this.#sequence++;
    const clusterSetUID = (await this.#hub.get(clusterSets, { name: CLUSTER_SET_NAME })).metadata.uid ?? '';
    await Promise.all(
      this.#all.map(async (publisher) => {
        await this.#report(publisher, clusterSetUID);
        for (const service of this.#servicesOf(publisher)) {
          if (service < before) continue;
          await this.#hub.create(exportedServices, exportedService(publisher, service));
          for (let slice = 0; slice < SLICES_OF_AN_EXPORT; slice++) {
            await this.#hub.create(exportedEndpointSlices, this.record({ publisher, service, slice }));
          }
        }
      }),
    );
  }

  /** The record of a slice as it is published. */
  record(at: PublishedSlice): ExportedEndpointSlice {
    const { publisher, service, slice } = at;
    const { endpointsOfASlice } = this.#shape;
    const first =
      endpointsOfASlice * (SLICES_OF_AN_EXPORT * (service * this.#shape.count + publisher) + slice);
    return new ExportedEndpointSlice({
      metadata: {
        namespace: memberNamespace(idOf(publisher)),
        name: exportedSliceName(NAMESPACE, serviceName(service), hashOf(service, slice)),
      },
      spec: {
        addressType: 'IPv4',
        ports: [PORT],
        source: { uid: `slice-${publisher}-${service}-${slice}`, generation: 1 },
        endpoints: Array.from({ length: endpointsOfASlice }, (_, n) =>
          encodeEndpoint(pod(`${serviceName(service)}-${slice * endpointsOfASlice + n}`, address(first + n))),
        ),
        asserted: { uid: uidOf(publisher), sequence: 1 },
      },
    });
  }

  /** Has a slice show one address more, as the publisher's agent would. */
  async extend(at: PublishedSlice, late: string): Promise<void> {
    const { metadata, spec } = this.record(at);
    await edit(this.#hub, exportedEndpointSlices, metadata, (held) => ({
      ...held,
      spec: {
        ...spec,
        source: { ...spec.source, generation: spec.source.generation + 1 },
        endpoints: [...spec.endpoints, encodeEndpoint(pod('late', late))],
      },
    }));
  }

  get #all(): number[] {
    return Array.from({ length: this.#shape.count }, (_, publisher) => publisher);
  }

  #servicesOf(publisher: number): number[] {
    return Array.from({ length: this.#services }, (_, service) => service).filter(
      (service) => (publisher + service) % 2 === 0,
    );
  }

  async #report(publisher: number, clusterSetUID: string): Promise<void> {
    const key = { name: REPORT_NAME, namespace: memberNamespace(idOf(publisher)) };
    const inventory = {
      sequence: this.#sequence,
      services: this.#servicesOf(publisher)
        .map((service) => exportedServiceName(NAMESPACE, serviceName(service)))
        .sort(),
    };
    if (this.#sequence > 1) {
      return edit(this.#hub, memberReports, key, (held) => ({ ...held, spec: { ...held.spec, inventory } }));
    }
    const spec = { clusterUID: uidOf(publisher), clusterSetUID, agentVersion: 'none', inventory };
    await this.#hub.create(memberReports, new MemberReport({ metadata: key, spec }));
  }
}

function exportedService(publisher: number, service: number): ExportedService {
  return new ExportedService({
    metadata: {
      namespace: memberNamespace(idOf(publisher)),
      name: exportedServiceName(NAMESPACE, serviceName(service)),
    },
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

const idOf = (publisher: number) => `p${publisher}`;
const uidOf = (publisher: number) => `kube-system-p${publisher}`;
const hashOf = (service: number, slice: number) => sliceHash(`${serviceName(service)}-${slice}`);

function address(n: number): string {
  const host = n % ADDRESSES;
  return `198.${18 + (host >> 16)}.${(host >> 8) & 255}.${host & 255}`;
}
