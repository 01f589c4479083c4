import { CLUSTER_SET_NAME, clusterSets } from '#apis/hub/cluster-set.ts';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServiceName, exportedServices } from '#apis/hub/exported-service.ts';
import { memberNamespace, members } from '#apis/hub/member.ts';
import { MemberReport, memberReports, REPORT_NAME } from '#apis/hub/member-report.ts';
import type { KubeObject, Resource } from '#apis/meta.ts';
import { collectionPath, objectPath } from '#src/kube/paths.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import { admitMember } from '#test/driver/install.ts';
import { Source } from '../journey/source.ts';
import type { ApiServer } from '../rig/api-server.ts';
import {
  CHANGING,
  exportedService,
  NAMESPACE,
  PUBLISHERS,
  type Publisher,
  serviceName,
  sliceRecords,
  uidOf,
} from './records.ts';

/** Stands in for the members that publish: writes on the hub what their agents would have written. */
export class Publishers {
  readonly #hub: Cluster;
  readonly #server: ApiServer;
  /** The slices of the service that changes, once it is published. */
  readonly changing: Source[] = [];
  #services = 0;
  #sequence = 0;

  /** `server` is the hub for its admin. */
  constructor(hub: Cluster, server: ApiServer) {
    this.#hub = hub;
    this.#server = server;
  }

  /** Admits the publishers and claims their ids. The hub is installed. */
  async join(): Promise<void> {
    for (const publisher of PUBLISHERS) {
      await admitMember(this.#hub, publisher);
      const status = { status: { claimedUID: uidOf(publisher) } };
      const path = `${objectPath(members, { name: publisher })}/status`;
      await this.#hub.admin.call('PATCH', path, status, 'application/merge-patch+json');
    }
    await this.publish(0);
  }

  /** Publishes services until there are `services` of them; inventories first, as agents do. */
  async publish(services: number): Promise<void> {
    const added = Array.from({ length: services - this.#services }, (_, n) => this.#services + n);
    this.#services = services;
    this.#sequence++;
    await Promise.all(PUBLISHERS.map((publisher) => this.#report(publisher)));
    for (const service of added) {
      await Promise.all(
        PUBLISHERS.map(async (publisher) => {
          await this.#create(exportedServices, exportedService(publisher, service));
          for (const record of sliceRecords(publisher, service)) {
            if (service === CHANGING) {
              this.changing.push(await Source.create(this.#server, exportedEndpointSlices, record));
            } else await this.#create(exportedEndpointSlices, record);
          }
        }),
      );
    }
  }

  async #report(publisher: Publisher): Promise<void> {
    const clusterSet = await this.#hub.admin.get(objectPath(clusterSets, { name: CLUSTER_SET_NAME }));
    const report = new MemberReport({
      metadata: { name: REPORT_NAME, namespace: memberNamespace(publisher) },
      spec: {
        clusterUID: uidOf(publisher),
        // The API server has given it a UID.
        clusterSetUID: (clusterSet as { metadata: { uid: string } }).metadata.uid,
        agentVersion: 'bench',
        inventory: {
          sequence: this.#sequence,
          services: Array.from({ length: this.#services }, (_, n) =>
            exportedServiceName(NAMESPACE, serviceName(n)),
          ).sort(),
        },
      },
    });
    await this.#hub.admin.apply(objectPath(memberReports, report.metadata), report);
  }

  async #create<T extends KubeObject>(resource: Resource<T>, object: T): Promise<void> {
    await this.#hub.admin.call('POST', collectionPath(resource, object.metadata.namespace), object);
  }
}
