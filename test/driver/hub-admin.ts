import { findCondition } from '#apis/conditions.ts';
import {
  CLUSTER_SET_NAME,
  clusterSets,
  type IClusterSet,
  type PrecedenceMode,
} from '#apis/hub/cluster-set.ts';
import { MemberCondition } from '#apis/hub/conditions.ts';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { type IMember, memberNamespace, members } from '#apis/hub/member.ts';
import { memberReports, REPORT_NAME } from '#apis/hub/member-report.ts';
import type { KubeObject, Resource } from '#apis/meta.ts';
import { READER_ROLE } from '#src/install/hub.ts';
import { clusterRole, READ, rule } from '#src/install/rbac.ts';
import type { KubeClient, ObjectKey } from '#src/kube/client.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import { installCrds } from '#test/clusters/crds.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import { dropKinds } from './drop-kinds.ts';
import { edit } from './edit.ts';
import { eventually } from './eventually.ts';
import { apply, HUB_CRDS } from './install.ts';

/** What lies on the hub of one member, by name. */
export interface MemberRecords {
  /** The inventory of the report; undefined: there is none. */
  report: string[] | undefined;
  services: string[];
  slices: string[];
}

/** What the hub's admin does, and sees. */
export class HubAdmin {
  readonly client: KubeClient;
  readonly #cluster: Cluster;

  constructor(cluster: Cluster, client: KubeClient) {
    this.#cluster = cluster;
    this.client = client;
  }

  async clusterSetUID(): Promise<string> {
    return (await this.client.get(clusterSets, { name: CLUSTER_SET_NAME })).metadata.uid ?? '';
  }

  /** Sets what becomes of the endpoints of members that are no longer heard of. */
  async staleness(staleness: NonNullable<IClusterSet['spec']>['staleness'] & object): Promise<void> {
    await edit(this.client, clusterSets, { name: CLUSTER_SET_NAME }, (set: IClusterSet) => ({
      ...set,
      spec: { ...set.spec, staleness },
    }));
  }

  /** Waits until the hub says this of a member's reachability: `False LeaseNotRenewed`. Returns the message. */
  async awaitReachable(clusterId: string, expected: string): Promise<string> {
    return eventually(`Reachable=${expected} on Member ${clusterId}`, async () => {
      const { status } = await this.client.get(members, { name: clusterId });
      const found = findCondition(status?.conditions, MemberCondition.Reachable);
      const said = found && `${found.status} ${found.reason}`;
      if (found === undefined || said !== expected) throw new Error(`it is ${said}`);
      return found.message;
    });
  }

  /** States that the present ClusterSet stands in for that one. */
  async replaces(uid: string): Promise<void> {
    await edit(this.client, clusterSets, { name: CLUSTER_SET_NAME }, (set: IClusterSet) => ({
      ...set,
      spec: { ...set.spec, replaces: [...(set.spec?.replaces ?? []), uid] },
    }));
  }

  /** Says by what the older export of a Service is told from the younger. */
  async ordersBy(precedence: PrecedenceMode): Promise<void> {
    await edit(this.client, clusterSets, { name: CLUSTER_SET_NAME }, (set: IClusterSet) => ({
      ...set,
      spec: { ...set.spec, precedence },
    }));
  }

  /** States this of a member, and leaves what else is stated of it. */
  async states(clusterId: string, spec: NonNullable<IMember['spec']>): Promise<void> {
    await edit(this.client, members, { name: clusterId }, (member: IMember) => ({
      ...member,
      spec: { ...member.spec, ...spec },
    }));
  }

  /** States that the cluster of this UID is gone for good. */
  async removes(clusterId: string, uid: string): Promise<void> {
    await edit(this.client, members, { name: clusterId }, (member: IMember) => ({
      ...member,
      spec: { ...member.spec, removed: [...(member.spec?.removed ?? []), uid] },
    }));
  }

  /** Lets members read these kinds on the hub, and no others. */
  async lets(read: readonly Resource<KubeObject>[]): Promise<void> {
    const rules = read.map(({ group, plural }) => rule(group, [plural], READ));
    await apply(this.#cluster, clusterRole(READER_ROLE, rules));
  }

  /** What one member has on the hub now, of one namespace, sorted. */
  async records(clusterId: string, of: string): Promise<MemberRecords> {
    const namespace = memberNamespace(clusterId);
    const report = await orAbsent(this.client.get(memberReports, { namespace, name: REPORT_NAME }));
    return {
      report: report?.spec.inventory.services.filter((name) => name.startsWith(`${of}.`)),
      services: await this.#names(exportedServices, namespace, of),
      slices: await this.#names(exportedEndpointSlices, namespace, of),
    };
  }

  /** Deletes what lies on the hub under that key. */
  async deletes(resource: Resource<KubeObject>, key: ObjectKey): Promise<void> {
    const { uid = '' } = (await this.client.get(resource, key)).metadata;
    await this.client.delete(resource, key, { uid });
  }

  /** Drops the CRD, and with it all objects of the kind; resolves when the kind is no longer served. */
  async dropKind(resource: Resource<KubeObject>): Promise<void> {
    await dropKinds(this.#cluster, resource);
  }

  /** Installs the CRDs that are missing. */
  async installKinds(): Promise<void> {
    await installCrds(this.#cluster.admin, [HUB_CRDS]);
  }

  async #names(resource: Resource<KubeObject>, namespace: string, of: string): Promise<string[]> {
    const names = (await this.client.list(resource, { namespace })).items.map(
      ({ metadata }) => metadata.name,
    );
    return names.filter((name) => name.startsWith(`${of}.`)).sort();
  }
}
