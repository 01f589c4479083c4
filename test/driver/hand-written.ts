import { randomUUID } from 'node:crypto';
import { CLUSTER_SET_NAME, clusterSets } from '#apis/hub/cluster-set.ts';
import {
  exportedEndpointSlices,
  exportedSliceName,
  type IExportedEndpointSlice,
} from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServiceName, exportedServices, type IExportedService } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { MemberReport, memberReports, REPORT_NAME } from '#apis/hub/member-report.ts';
import { sliceHash } from '#controllers/endpoints/names.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { connect } from '#src/kube/connect.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import type { ClusterSet } from '#test/clusters/start.ts';
import { admitMember } from './install.ts';

/**
 * A member without a cluster and without an agent: what it says is written by the test, with that member's own
 * credentials on the hub and hence with no other rights than a hostile member has.
 */
export class HandWrittenMember {
  readonly id: string;
  /** On the hub, as this member. */
  readonly client: KubeClient;
  readonly #uid = randomUUID();
  #sequence = Date.now();

  private constructor(id: string, client: KubeClient) {
    this.id = id;
    this.client = client;
  }

  /** Admits the member; it has said nothing yet. */
  static async join(set: { clusters: Pick<ClusterSet, 'hub'> }, id: string): Promise<HandWrittenMember> {
    const text = await admitMember(set.clusters.hub, id);
    return new HandWrittenMember(id, connect({ cluster: id, kubeconfig: { text }, clock: systemClock() }));
  }

  /** Reports these services, `<namespace>.<service>`, as the ones that it exports. Once. */
  async reports(services: readonly string[]): Promise<void> {
    const clusterSet = await this.client.get(clusterSets, { name: CLUSTER_SET_NAME });
    await this.client.create(
      memberReports,
      new MemberReport({
        metadata: { namespace: memberNamespace(this.id), name: REPORT_NAME },
        spec: {
          clusterUID: this.#uid,
          clusterSetUID: clusterSet.metadata.uid ?? '',
          agentVersion: 'by hand',
          inventory: { sequence: ++this.#sequence, services: [...services].sort() },
        },
      }),
    );
  }

  /** Writes the record of a Service; unremarkable but for what `spec` says. */
  async exports(
    namespace: string,
    name: string,
    spec: Partial<IExportedService['spec']> = {},
  ): Promise<void> {
    await this.client.create(exportedServices, {
      metadata: { namespace: memberNamespace(this.id), name: exportedServiceName(namespace, name) },
      spec: {
        service: { namespace, name },
        export: { uid: randomUUID(), creationTimestamp: '2026-01-01T00:00:00Z' },
        type: 'ClusterSetIP',
        ports: [{ name: 'tcp', port: 80, protocol: 'TCP' }],
        inventory: { sequence: this.#sequence, slices: [] },
        asserted: { uid: this.#uid, sequence: this.#sequence },
        ...spec,
      },
    });
  }

  /** Writes the record of a slice `<service>-<suffix>` of one ready endpoint; unremarkable but for what `spec` says. */
  async publishes(
    { namespace, service, suffix }: { namespace: string; service: string; suffix: string },
    address: string,
    spec: Partial<IExportedEndpointSlice['spec']> = {},
  ): Promise<void> {
    const name = exportedSliceName(namespace, service, sliceHash(`${service}-${suffix}`));
    await this.client.create(exportedEndpointSlices, {
      metadata: { namespace: memberNamespace(this.id), name },
      spec: {
        addressType: 'IPv4',
        ports: [{ name: 'tcp', port: 80, protocol: 'TCP' }],
        endpoints: [`${address} RSt`],
        source: { uid: randomUUID(), generation: 1 },
        asserted: { uid: this.#uid, sequence: this.#sequence },
        ...spec,
      },
    });
  }

  async close(): Promise<void> {
    await this.client.close();
  }
}
