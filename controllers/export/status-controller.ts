import { isDeepStrictEqual } from 'node:util';
import { mergeConditions, removeConditions } from '#apis/conditions.ts';
import type { IExportedService } from '#apis/hub/exported-service.ts';
import { clusterOfNamespace, type IMember } from '#apis/hub/member.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import type { IService } from '#apis/kubernetes/service.ts';
import { type IServiceExport, serviceExports } from '#apis/multicluster/service-export.ts';
import { conflictCondition } from '#controllers/conflict/condition.ts';
import { admit } from '#controllers/conflict/record.ts';
import { resolve } from '#controllers/conflict/resolve.ts';
import { exportersOf } from '#controllers/membership/exporters.ts';
import type { HubCaches } from '#controllers/membership/hub-caches.ts';
import type { HubView } from '#controllers/membership/hub-view.ts';
import { placeOfService } from '#controllers/membership/places.ts';
import type { Publishing } from '#controllers/membership/publishing.ts';
import { type Watched, watchTurns } from '#controllers/membership/watching.ts';
import type { Writer } from '#src/cache/contract.ts';
import { keyOf, splitKey } from '#src/cache/lister.ts';
import { type ControllerSpec, type Watch, watch } from '#src/runtime/controller.ts';
import type { EventRecorder } from '#src/runtime/events.ts';
import { exportConditions } from './conditions.ts';
import { transitions } from './events.ts';
import type { LocalExports } from './local-exports.ts';
import type { Refusals } from './refusals.ts';

export interface StatusDeps {
  hub: HubView & Pick<HubCaches, 'recordsOf'>;
  publishing: Publishing;
  exports: LocalExports;
  refusals: Refusals;
  serviceExports: Writer<IServiceExport>;
  events: EventRecorder;
  watched: {
    serviceExports: Watched<IServiceExport>;
    services: Watched<IService>;
    members: Watched<IMember>;
    memberReports: Watched<IMemberReport>;
    exportedServices: Watched<IExportedService>;
  };
}

/** States on each ServiceExport, `<namespace>/<name>`, whether it is valid, on the hub, and in conflict. */
export function newExportStatusController(deps: StatusDeps): ControllerSpec {
  return {
    name: 'export.status',
    watches: statusWatches(deps),
    permissions: [
      {
        on: 'member',
        scope: 'cluster',
        apiGroups: [serviceExports.group],
        resources: [`${serviceExports.plural}/status`],
        verbs: ['update'],
      },
    ],
    async reconcile(key, { signal, clock }) {
      const { exports } = deps;
      const serviceExport = exports.serviceExport(key);
      if (serviceExport === undefined || !exports.complete) return undefined;
      const current = serviceExport.status?.conditions ?? [];
      const { set, remove } = exportConditions(gather(deps, key, serviceExport));
      const stamp = { now: clock.now(), observedGeneration: serviceExport.metadata.generation };
      const conditions = removeConditions(mergeConditions(current, set, stamp), remove);
      if (conditions === current) return undefined;
      const status = { ...serviceExport.status, conditions };
      await deps.serviceExports.updateStatus({ ...serviceExport, status }, { signal });
      // After the write: a lost race would tell it twice.
      for (const note of transitions(serviceExport, current, conditions)) deps.events.record(note);
      return undefined;
    },
  };
}

function gather(deps: StatusDeps, key: string, serviceExport: IServiceExport) {
  const { hub, publishing, exports, refusals } = deps;
  const { namespace, name } = splitKey(key);
  const { uid = '', creationTimestamp = '' } = serviceExport.metadata;
  const held = hub.exportedService(publishing.cluster, namespace, name);
  return {
    decision: exports.decide(key),
    current: serviceExport.status?.conditions ?? [],
    unreadable: publishing.unread,
    silence: publishing.silence,
    obstacle: publishing.obstacle,
    refusal: refusals.get(key),
    sliceRefusal: refusals.ofSlices(key),
    export: { uid, creationTimestamp },
    uid: publishing.uid,
    held,
    rejection: held && rejectionOf(hub, publishing.cluster, held),
    conflict: conflictOf(hub, publishing.cluster, namespace, name),
  };
}

/** The schema of the hub lets more pass than readers do: what they refuse must not look exported. */
function rejectionOf(hub: StatusDeps['hub'], cluster: string, held: IExportedService): string | undefined {
  const admission = admit(held, cluster, { clusterSet: hub.clusterSet, member: hub.member(cluster) });
  return admission.ok ? undefined : admission.reason;
}

/**
 * This exporter's conflicts, over the records that every member resolves by. Its own record counts as the hub
 * holds it, not as it will be: all members must come to the same verdict.
 */
function conflictOf(hub: StatusDeps['hub'], cluster: string, namespace: string, service: string) {
  const records = exportersOf(hub, namespace, service);
  const { conflicts } = resolve(records, hub.clusterSet?.spec?.precedence ?? 'ExportTime');
  const own = conflicts.get(cluster);
  return own && conflictCondition(own);
}

function statusWatches(deps: StatusDeps): Watch[] {
  const { watched, exports, refusals } = deps;
  // Endpoint slices are not among them: an endpoint change never touches a status.
  return [
    watch(watched.serviceExports, (_before, after) => (after ? [keyOf(after)] : [])),
    watch(watched.services, (before, after) => {
      const service = after ?? before;
      return service && exports.concerns(service) ? [keyOf(service)] : [];
    }),
    watch(watched.exportedServices, (before, after) => {
      const record = after ?? before;
      const place = record && placeOfService(record);
      if (place === undefined) return [];
      const key = `${place.namespace}/${place.service}`;
      return exports.serviceExport(key) ? [key] : [];
    }),
    // What another member may export, and whether it is removed, decides on its records everywhere.
    // Whether it is reachable does not.
    watch(watched.members, (before, after) =>
      isDeepStrictEqual(before?.spec, after?.spec) && (before === undefined) === (after === undefined)
        ? []
        : exports.keys(),
    ),
    watch(watched.memberReports, (before, after) => {
      const turned = turnedByReport(deps.hub, before, after);
      return turned.filter((key) => exports.serviceExport(key) !== undefined);
    }),
    watchTurns(deps.hub, () => exports.keys()),
    {
      resource: 'refusals',
      attach: (enqueue) => refusals.onChange((key) => enqueue(key, 'live')),
    },
  ];
}

/** What a report begins or ceases to name, and what lies there though it does not name it. */
function turnedByReport(
  hub: StatusDeps['hub'],
  before: IMemberReport | undefined,
  after: IMemberReport | undefined,
): string[] {
  const cluster = clusterOfNamespace((after ?? before)?.metadata.namespace);
  if (cluster === undefined) return [];
  const [had, has] = [namesOf(before), namesOf(after)];
  const turned = new Set([...had].filter((name) => !has.has(name)));
  for (const name of has) if (!had.has(name)) turned.add(name);
  for (const { metadata } of hub.recordsOf(cluster).services)
    if (!has.has(metadata.name)) turned.add(metadata.name);
  return [...turned].map((name) => name.replace('.', '/'));
}

/** A member may have written anything, and a listener must not throw. */
function namesOf(report: IMemberReport | undefined): Set<string> {
  const names: unknown = report?.spec?.inventory?.services;
  return new Set(Array.isArray(names) ? names.filter((name) => typeof name === 'string') : []);
}
