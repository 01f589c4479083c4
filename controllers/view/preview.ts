import type { IClusterSet } from '#apis/hub/cluster-set.ts';
import { exportedServiceName, type IExportedService } from '#apis/hub/exported-service.ts';
import { clusterOfNamespace, type IMember, memberNamespace } from '#apis/hub/member.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import type { ObjectMeta } from '#apis/meta.ts';
import { NO_CONFLICTS } from '#apis/multicluster/conditions.ts';
import { evidenceFrom } from '#controllers/absence/evidence.ts';
import { type NamespaceVerdict, namespaceAllowed } from '#controllers/conflict/namespace-rules.ts';
import { admit } from '#controllers/conflict/record.ts';
import { resolve } from '#controllers/conflict/resolve.ts';
import type { ExportSpec } from '#controllers/export/decision.ts';
import { exportersOf } from '#controllers/membership/exporters.ts';
import { standsFor } from '#controllers/membership/identity.ts';
import type { Column } from '#src/cli/output/table.ts';

/** What the hub holds that decides over an export: its rules, its members, and everybody's records. */
export interface HubContent {
  clusterSet: IClusterSet;
  members: readonly IMember[];
  reports: readonly IMemberReport[];
  /** At least those of the Service in question. */
  services: readonly IExportedService[];
}

/** One row of what would come of an export: a conflict, or that there is none. */
export interface PreviewRow {
  namespace: string;
  name: string;
  /** The exporters as they would stand in line: the first one's word counts. */
  exporters: string[];
  reason: string;
  message: string;
}

/** The id of the member that this kube-system UID has claimed; undefined: it is no member of this hub. */
export function clusterIdOf(members: readonly IMember[], uid: string | undefined): string | undefined {
  return members.find(({ status }) => uid !== undefined && status?.claimedUID === uid)?.metadata.name;
}

/** Whether the set's rules let this member export from a namespace. */
export function namespaceRuleOf(
  { clusterSet, members }: HubContent,
  cluster: string,
  namespace: string,
): NamespaceVerdict {
  return namespaceAllowed(namespace, clusterSet, memberOf(members, cluster));
}

/**
 * What every member would make of an export beside those that the hub holds now, by the function that all of them
 * resolve by. `metadata` is the ServiceExport's, as it is or as the API server would have made it.
 */
export function previewExport(hub: HubContent, { cluster, metadata, spec }: PlannedExport): PreviewRow[] {
  const { namespace = '', name } = metadata;
  const { clusterSet, members } = hub;
  const policy = { clusterSet, member: memberOf(members, cluster) };
  const admission = admit(recordOf(hub, cluster, metadata, spec), cluster, policy);
  if (!admission.ok) {
    const message = `No member would take this export: ${admission.reason}.`;
    return [{ namespace, name, exporters: [], reason: 'Refused', message }];
  }
  const others = exportersOf(believed(hub), namespace, name).filter((record) => record.cluster !== cluster);
  const mode = clusterSet.spec?.precedence ?? 'ExportTime';
  const resolution = resolve([...others, admission.record], mode);
  const exporters = resolution.import?.clusters ?? [];
  const conflicts = resolution.conflicts.get(cluster) ?? [];
  if (conflicts.length > 0) return conflicts.map((conflict) => ({ namespace, name, exporters, ...conflict }));
  return [{ namespace, name, exporters, reason: NO_CONFLICTS, message: 'All exporters agree.' }];
}

/** An export that is to be made. */
export interface PlannedExport {
  cluster: string;
  metadata: ObjectMeta;
  spec: ExportSpec;
}

/** What the hub would hold once all of these exports were there: those of several clusters may disagree, too. */
export function withPlanned(hub: HubContent, planned: readonly PlannedExport[]): HubContent {
  const records = planned.map(({ cluster, metadata, spec }) => recordOf(hub, cluster, metadata, spec));
  const isReplaced = ({ metadata }: IExportedService) =>
    records.some(
      (record) => record.metadata.namespace === metadata.namespace && record.metadata.name === metadata.name,
    );
  return { ...hub, services: [...hub.services.filter((record) => !isReplaced(record)), ...records] };
}

/** True where an export would not do what its user expects. */
export function isTrouble({ reason }: PreviewRow): boolean {
  return reason !== NO_CONFLICTS;
}

export const PREVIEW_COLUMNS: readonly Column<PreviewRow>[] = [
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'EXPORTERS', cell: ({ exporters }) => exporters.join(',') },
  { title: 'CONFLICT', cell: ({ reason }) => reason },
  { title: 'MESSAGE', cell: ({ message }) => message },
];

/** The record as the agent would write it; a place in the line that it has already is kept. */
function recordOf(
  { services }: HubContent,
  cluster: string,
  { namespace = '', name, uid = '', creationTimestamp = '' }: ObjectMeta,
  spec: ExportSpec,
): IExportedService {
  const held = services.find((record) => lies(record, cluster, exportedServiceName(namespace, name)));
  const recordedAt = held?.spec?.export?.uid === uid ? held.metadata.creationTimestamp : undefined;
  return {
    metadata: {
      namespace: memberNamespace(cluster),
      name: exportedServiceName(namespace, name),
      ...(recordedAt !== undefined && { creationTimestamp: recordedAt }),
    },
    spec: {
      ...spec,
      service: { namespace, name },
      export: { uid, creationTimestamp },
      inventory: { sequence: 0, slices: [] },
      asserted: { uid, sequence: 0 },
    },
  };
}

/** The hub as members read it: a report for another ClusterSet is not about this one. */
export function believed({
  clusterSet,
  members,
  reports,
  services,
}: HubContent): Parameters<typeof exportersOf>[0] {
  const member = (cluster: string) => memberOf(members, cluster);
  return {
    clusterSet,
    member,
    exportedServices: (namespace, service) =>
      services.filter(({ metadata }) => metadata.name === exportedServiceName(namespace, service)),
    evidence: evidenceFrom({
      member,
      report: (cluster) =>
        reports.find(
          (report) =>
            clusterOfNamespace(report.metadata.namespace) === cluster &&
            standsFor(clusterSet, report.spec?.clusterSetUID),
        ),
      exportedService: (cluster, namespace, service) =>
        services.find((record) => lies(record, cluster, exportedServiceName(namespace, service))),
    }),
  };
}

function lies({ metadata }: IExportedService, cluster: string, name: string): boolean {
  return metadata.name === name && clusterOfNamespace(metadata.namespace) === cluster;
}

function memberOf(members: readonly IMember[], cluster: string): IMember | undefined {
  return members.find(({ metadata }) => metadata.name === cluster);
}
