import { exportedEndpointSlices, type IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices, type IExportedService } from '#apis/hub/exported-service.ts';
import { clusterOfNamespace, type IMember, memberNamespace, members, removedUIDs } from '#apis/hub/member.ts';
import { type IMemberReport, memberReports, REPORT_NAME } from '#apis/hub/member-report.ts';
import type { KubeObject } from '#apis/meta.ts';
import type { RecordView } from '#controllers/endpoints/views.ts';
import { BY_MEMBER } from '#controllers/membership/indexes.ts';
import type { Informer, KeyMapper, Writer } from '#src/cache/contract.ts';
import { cacheKey } from '#src/cache/lister.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import { type ControllerSpec, watch } from '#src/runtime/controller.ts';
import { recordsToRemove } from './removal.ts';

/** A cache and the writer beside it; the records' caches carry the index BY_MEMBER. */
export interface Owned<T extends KubeObject, V extends KubeObject = T> {
  cache: Pick<Informer<T, V>, 'get' | 'byIndex' | 'addListener' | 'resource'>;
  writer: Pick<Writer<T>, 'delete'>;
}

export interface RemovalDeps {
  members: Pick<Informer<IMember>, 'get' | 'addListener' | 'resource'>;
  memberReports: Owned<IMemberReport>;
  exportedServices: Owned<IExportedService>;
  exportedEndpointSlices: Owned<IExportedEndpointSlice, RecordView>;
  /** Asked for the statement before anything goes. */
  memberNow: MemberNow;
}

/** The Member as it is at this moment, which a cache may not have yet; undefined: there is none. */
export type MemberNow = (name: string, signal: AbortSignal) => Promise<IMember | undefined>;

export function memberNow(client: Pick<KubeClient, 'get'>): MemberNow {
  return (name, signal) => orAbsent(client.get(members, { name }, { signal }));
}

/** Clears away what removed clusters left in a member's namespace; the key is the cluster id. */
export function newHubRemovalController(deps: RemovalDeps): ControllerSpec {
  const ofMember: KeyMapper<KubeObject> = (_before, after) => {
    const cluster = clusterOfNamespace(after?.metadata.namespace);
    const member = cluster ? deps.members.get(cluster) : undefined;
    // Records of members without tombstones are none of this loop's business, and there are many of them.
    return cluster && member && removedUIDs(member).length > 0 ? [cluster] : [];
  };
  return {
    name: 'hub.removal',
    watches: [
      watch(deps.members, (_before, after) => (after ? [after.metadata.name] : [])),
      watch(deps.memberReports.cache, ofMember),
      watch(deps.exportedServices.cache, ofMember),
      watch(deps.exportedEndpointSlices.cache, ofMember),
    ],
    permissions: [
      {
        on: 'hub',
        scope: 'cluster',
        apiGroups: [memberReports.group],
        resources: [memberReports.plural, exportedServices.plural, exportedEndpointSlices.plural],
        verbs: ['get', 'list', 'watch', 'delete'],
      },
    ],
    async reconcile(cluster, { signal, log }) {
      const member = deps.members.get(cluster);
      if (member === undefined) return undefined;
      if (isEmpty(namedBy(member, cluster))) return undefined;
      // A statement that was taken back may still be in the cache, while its cluster publishes again: what the API server
      // has now, and no watch, is how we know that the records may go.
      const gone = namedBy(await deps.memberNow(cluster, signal), cluster);
      if (isEmpty(gone)) return undefined;
      const total = gone.slices.length + gone.services.length + gone.reports.length;
      const why = `spec.removed of Member ${cluster} names the cluster that wrote them`;
      log.warn({ cluster, records: total, why }, 'deleting the records of a removed cluster');
      // The report last: while it is there, the next cluster under this id waits.
      for (const record of gone.slices) {
        await deps.exportedEndpointSlices.writer.delete(record, { signal });
      }
      for (const record of gone.services) {
        await deps.exportedServices.writer.delete(record, { signal });
      }
      for (const record of gone.reports) await deps.memberReports.writer.delete(record, { signal });
      return undefined;
    },
  };

  function namedBy(member: IMember | undefined, cluster: string) {
    return recordsToRemove(removedUIDs(member), {
      slices: deps.exportedEndpointSlices.cache.byIndex(BY_MEMBER, cluster),
      services: deps.exportedServices.cache.byIndex(BY_MEMBER, cluster),
      report: deps.memberReports.cache.get(cacheKey(memberNamespace(cluster), REPORT_NAME)),
    });
  }
}

function isEmpty({ slices, services, reports }: ReturnType<typeof recordsToRemove>): boolean {
  return slices.length + services.length + reports.length === 0;
}
