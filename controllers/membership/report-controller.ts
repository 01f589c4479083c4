import { isSequence } from '#apis/hub/asserted.ts';
import type { IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import type { IExportedService } from '#apis/hub/exported-service.ts';
import { type IMember, memberNamespace } from '#apis/hub/member.ts';
import { type IMemberReport, MemberReport, memberReports, REPORT_NAME } from '#apis/hub/member-report.ts';
import type { INamespace } from '#apis/kubernetes/namespace.ts';
import type { IService } from '#apis/kubernetes/service.ts';
import type { KubeObject } from '#apis/meta.ts';
import type { IServiceExport } from '#apis/multicluster/service-export.ts';
import { isLater, latestStamp } from '#controllers/absence/later.ts';
import type { RecordView } from '#controllers/endpoints/views.ts';
import { refusalOf } from '#controllers/export/refusals.ts';
import type { KeyMapper, Writer } from '#src/cache/contract.ts';
import type { Logger } from '#src/observability/logger.ts';
import { type ControllerSpec, type Watch, watch } from '#src/runtime/controller.ts';
import type { Claim } from './claim.ts';
import type { HubCaches } from './hub-caches.ts';
import { exportOf } from './places.ts';
import type { Publishing } from './publishing.ts';
import { unreachableSequence } from './reachability.ts';
import { planReport, type ReportIdentity, type ReportPlan } from './report.ts';
import { ReportedNames } from './reported-names.ts';
import type { Sequences } from './sequence.ts';
import { type Watched, watchTurns } from './watching.ts';

/** The one key of membership.report. */
export const REPORT_KEY = 'report';

/** What a member exports, as its own caches have it. */
export interface ExportedNames {
  /** The caches that decide it have taken over their first complete lists. */
  readonly complete: boolean;
  /** `<namespace>.<service>` of each, sorted. */
  published(): string[];
  /** Whether a ServiceExport of this object's namespace and name exists. */
  concerns(object: KubeObject): boolean;
}

export interface ReportDeps {
  hub: Pick<
    HubCaches,
    | 'clusterSet'
    | 'member'
    | 'reportAsIs'
    | 'exportedService'
    | 'slices'
    | 'recordsOf'
    | 'evidence'
    | 'turn'
    | 'onTurn'
    | 'confirm'
  >;
  publishing: Publishing;
  exports: ExportedNames;
  reports: Writer<IMemberReport>;
  sequences: Sequences;
  agentVersion: string;
  watched: {
    serviceExports: Watched<IServiceExport>;
    services: Watched<IService>;
    namespaces: Watched<INamespace>;
    members: Watched<IMember>;
    memberReports: Watched<IMemberReport>;
    exportedServices: Watched<IExportedService>;
    exportedEndpointSlices: Watched<IExportedEndpointSlice, RecordView>;
  };
}

/** Keeps the MemberReport: the claim to the cluster id, and the inventory of the exported services. */
export function newReportController(deps: ReportDeps): ControllerSpec {
  const sayClaim = claimSayer();
  const reported = new ReportedNames();
  return {
    name: 'membership.report',
    watches: reportWatches(deps),
    permissions: [
      {
        on: 'hub',
        scope: 'member-namespace',
        apiGroups: [memberReports.group],
        resources: [memberReports.plural],
        verbs: ['create', 'update', 'delete'],
      },
    ],
    workers: 1,
    async reconcile(_key, { signal, log }) {
      const { claim, uid, floor } = deps.publishing;
      const clusterSetUID = deps.hub.clusterSet?.metadata.uid;
      // An unread hub says nothing of the claim, and others say that it is unread.
      if (clusterSetUID !== undefined) sayClaim(claim, log);
      // WARNING: an inventory from incomplete caches would be a false proof.
      if (uid === undefined || clusterSetUID === undefined || !deps.exports.complete) return undefined;
      const identity = { uid, clusterSetUID, floor };
      const services = deps.exports.published();
      const doubtedAt = unreachableSequence(deps.hub.member(deps.publishing.cluster));
      const plan = planReport({
        claim,
        identity,
        agentVersion: deps.agentVersion,
        services,
        held: deps.hub.reportAsIs(deps.publishing.cluster),
        doubtedAt,
        leftovers: (service) => hasLeftovers(deps, service),
        unvouched: (service) => isUnvouched(deps, reported, service),
        later: () => hasLater(deps, uid),
      });
      try {
        await carryOut(deps, plan, { identity, reported, doubtedAt, signal, log });
        noteRefusal(deps, undefined);
      } catch (error) {
        // What passes by itself says nothing of a refusal: to forget it would turn everything at each attempt.
        const refusal = refusalOf(error);
        if (refusal !== undefined) noteRefusal(deps, refusal);
        throw error;
      }
      return undefined;
    },
  };
}

/** Every export waits for the report, so each one says what holds it up. */
function noteRefusal({ publishing, hub }: ReportDeps, refusal: string | undefined): void {
  if (publishing.reportRefusal === refusal) return;
  publishing.reportRefusal = refusal;
  hub.turn();
}

interface Execution {
  identity: ReportIdentity;
  reported: ReportedNames;
  doubtedAt: number | undefined;
  signal: AbortSignal;
  log: Logger;
}

async function carryOut(deps: ReportDeps, plan: ReportPlan, execution: Execution): Promise<void> {
  const { identity, reported, doubtedAt, signal, log } = execution;
  const draw = async (services: readonly string[], held?: number) => {
    // Here too, what is no sequence hides none of the others.
    const shown = [held, doubtedAt, highestShown(deps)].filter(isSequence);
    const sequence = await deps.sequences.next(signal, Math.max(...shown));
    reported.note(sequence, services);
    return sequence;
  };
  const spec = (sequence: number, services: readonly string[]): IMemberReport['spec'] => ({
    clusterUID: identity.uid,
    clusterSetUID: identity.clusterSetUID,
    agentVersion: deps.agentVersion,
    inventory: { sequence, services: [...services] },
  });
  switch (plan.do) {
    case 'nothing':
      return;
    case 'wait':
      log.debug({ why: plan.why }, 'not writing the report yet');
      return;
    case 'remove': {
      const clusterUID = plan.report.spec?.clusterUID;
      log.warn({ clusterUID }, 'removing the report of another cluster that had this id');
      await deps.reports.delete(plan.report, { signal });
      return;
    }
    case 'create': {
      await deps.hub.confirm(signal);
      const { services } = plan;
      const sequence = await draw(services);
      const metadata = { name: REPORT_NAME, namespace: memberNamespace(deps.publishing.cluster) };
      await deps.reports.create(new MemberReport({ metadata, spec: spec(sequence, services) }), { signal });
      log.info({ sequence, services: services.length }, 'wrote a first report to the hub');
      return;
    }
    case 'update': {
      const { services } = plan;
      const shown: unknown = plan.report.spec.inventory?.sequence;
      const held = Number.isSafeInteger(shown) ? Number(shown) : 0;
      const sequence = plan.newSequence ? await draw(services, held) : held;
      // What a later version has left there stays.
      const written = { ...plan.report.spec, ...spec(sequence, services) };
      await deps.reports.update({ ...plan.report, spec: written }, { signal });
      log.debug({ sequence, services: services.length }, 'wrote the report');
      return;
    }
  }
}

/**
 * The highest sequence that the hub shows of this cluster. A new report is drawn above all of them: it could not prove
 * the end of what came after it.
 */
function highestShown({ hub, publishing }: ReportDeps): number {
  const { services, slices } = hub.recordsOf(publishing.cluster);
  let highest = 0;
  for (const record of [...services, ...slices])
    highest = Math.max(highest, latestStamp(record, publishing.uid));
  return highest;
}

function reportWatches({ hub, publishing, exports, watched }: ReportDeps): Watch[] {
  const always = () => [REPORT_KEY];
  const own = memberNamespace(publishing.cluster);
  const ofExports: KeyMapper<KubeObject> = (before, after) => {
    const object = after ?? before;
    return object !== undefined && exports.concerns(object) ? [REPORT_KEY] : [];
  };
  const ofOwn: KeyMapper<KubeObject> = (before, after) =>
    (after ?? before)?.metadata.namespace === own ? [REPORT_KEY] : [];
  // An old record's end may be what the report waits for, and one that it does not name may need another report. No
  // other change bears on it: endpoints cost nothing here.
  const ofOwnRecord: KeyMapper<KubeObject> = (before, after) => {
    if ((after ?? before)?.metadata.namespace !== own) return [];
    const isNamed = after !== undefined && hub.evidence.report(publishing.cluster)?.names(exportOf(after));
    return isNamed ? [] : [REPORT_KEY];
  };
  return [
    watch(watched.serviceExports, always),
    watch(watched.services, ofExports),
    watch(watched.namespaces, (before) => (before === undefined ? [REPORT_KEY] : [])),
    // Only to hear that others find this member unreachable.
    watch(watched.members, (_before, after) =>
      after?.metadata.name === publishing.cluster && unreachableSequence(after) !== undefined
        ? [REPORT_KEY]
        : [],
    ),
    watch(watched.memberReports, ofOwn),
    watch(watched.exportedServices, ofOwnRecord),
    watch(watched.exportedEndpointSlices, ofOwnRecord),
    watchTurns(hub, always),
  ];
}

/**
 * Records that are being deleted do not count: whatever holds them up must not hold up the report. Nor do those that came
 * after the report, which does not speak against them.
 */
function hasLeftovers(deps: ReportDeps, name: string): boolean {
  const { hub, publishing } = deps;
  const { cluster, uid = '' } = publishing;
  const said = hub.evidence.report(cluster)?.sequence;
  return recordsNamed(deps, name).some(
    (left) => !left.metadata.deletionTimestamp && !isLater(left, uid, said),
  );
}

/** Neither has a later report named it, nor does the hub show a record of it, or an inventory for one, from later on. */
function isUnvouched(deps: ReportDeps, reported: ReportedNames, name: string): boolean {
  const { hub, publishing } = deps;
  const said = hub.evidence.report(publishing.cluster)?.sequence;
  if (said === undefined || !reported.isUnnamedSince(said, name)) return false;
  return recordsNamed(deps, name).every((record) => latestStamp(record, publishing.uid) <= said);
}

function recordsNamed(
  { hub, publishing: { cluster } }: ReportDeps,
  name: string,
): (IExportedService | RecordView)[] {
  const [namespace = '', service = ''] = name.split('.');
  const record = hub.exportedService(cluster, namespace, service);
  return [...(record ? [record] : []), ...hub.slices(cluster, namespace, service)];
}

function hasLater({ hub, publishing: { cluster } }: ReportDeps, uid: string): boolean {
  const report = hub.evidence.report(cluster);
  if (report === undefined) return false;
  const { services, slices } = hub.recordsOf(cluster);
  return [...services, ...slices].some(
    (record) => isLater(record, uid, report.sequence) && !report.names(exportOf(record)),
  );
}

/** Says each new standing of the claim once: the reconciles that follow would only repeat it. */
function claimSayer(): (claim: Claim, log: Logger) => void {
  let said: string | undefined;
  return (claim, log) => {
    const line = claim.is === 'claimed' ? 'claimed' : claim.why;
    if (line === said) return;
    said = line;
    if (claim.is === 'claimed') log.info({}, 'the cluster id is confirmed, publishing');
    else if (claim.is === 'open') log.info({ why: claim.why }, 'not publishing yet');
    else log.warn({ why: claim.why }, 'publishing nothing');
  };
}
