import { exportedEndpointSlices, type IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices, type IExportedService } from '#apis/hub/exported-service.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import { endpointSlices, type IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import { type IService, services } from '#apis/kubernetes/service.ts';
import { type IServiceExport, serviceExports } from '#apis/multicluster/service-export.ts';
import { type RecordSpec, sameRecord } from '#controllers/endpoints/record.ts';
import type { RecordView, SliceView } from '#controllers/endpoints/views.ts';
import type { HubCaches } from '#controllers/membership/hub-caches.ts';
import type { Publishing } from '#controllers/membership/publishing.ts';
import { isStanding } from '#controllers/membership/report.ts';
import type { Watched } from '#controllers/membership/watching.ts';
import { splitKey } from '#src/cache/lister.ts';
import type { Logger } from '#src/observability/logger.ts';
import { type ControllerSpec, type PolicyRule, TerminalError } from '#src/runtime/controller.ts';
import type { EventRecorder } from '#src/runtime/events.ts';
import { endpointsLeftOut } from './events.ts';
import type { LocalExports } from './local-exports.ts';
import { whyOversized } from './oversized.ts';
import type { ReadGenerations } from './own-generations.ts';
import {
  type DesiredRecords,
  planNamed,
  planRecords,
  type RecordStep,
  type RecordsInput,
  showsAnyLater,
} from './records.ts';
import { recordsWatches } from './records-watches.ts';
import { carryOut, type RecordWriters } from './records-writer.ts';
import { limitOf, type Refusals, refusalOf } from './refusals.ts';
import { changesInventory, isAboutService, type ServiceStep, takePlan } from './taking.ts';

export interface RecordsDeps extends RecordWriters {
  hub: Pick<
    HubCaches,
    | 'clusterSet'
    | 'reportAsIs'
    | 'evidence'
    | 'exportedService'
    | 'slices'
    | 'recordsOf'
    | 'onTurn'
    | 'confirm'
  >;
  publishing: Publishing;
  exports: LocalExports;
  refusals: Refusals;
  generationsNow: ReadGenerations;
  events: EventRecorder;
  watched: {
    serviceExports: Watched<IServiceExport>;
    services: Watched<IService>;
    endpointSlices: Watched<IEndpointSlice, SliceView>;
    memberReports: Watched<IMemberReport>;
    exportedServices: Watched<IExportedService>;
    exportedEndpointSlices: Watched<IExportedEndpointSlice, RecordView>;
  };
}

/**
 * A plan is made anew after each inventory: once for the slices under it, once more if a ServiceExport was
 * exchanged. More rounds mean that somebody changes our records as fast as we repair them.
 */
const MAX_ROUNDS = 4;

const READ = ['list', 'watch'];
const OWN_CLUSTER = { on: 'member', scope: 'cluster' } as const;
const PERMISSIONS: PolicyRule[] = [
  {
    on: 'hub',
    scope: 'member-namespace',
    apiGroups: [exportedServices.group],
    resources: [exportedServices.plural, exportedEndpointSlices.plural],
    verbs: ['create', 'update', 'delete'],
  },
  {
    ...OWN_CLUSTER,
    apiGroups: [services.group],
    resources: [services.plural, namespaces.plural],
    verbs: READ,
  },
  { ...OWN_CLUSTER, apiGroups: [endpointSlices.group], resources: [endpointSlices.plural], verbs: READ },
  { ...OWN_CLUSTER, apiGroups: [serviceExports.group], resources: [serviceExports.plural], verbs: READ },
];

/**
 * Each waits most of the time, for a hub that may be far away: where it answers after 50 ms, four of them make eighty
 * writes a second, however many it could take.
 */
const WORKERS = 32;

/** Publishes each exported Service, `<namespace>/<name>`, and its slices as records on the hub. */
export function newExportRecordsController(deps: RecordsDeps): ControllerSpec {
  const sayOmissions = omissionsSayer(deps);
  const same = rememberedSame();
  return {
    name: 'export.records',
    watches: recordsWatches(deps),
    permissions: PERMISSIONS,
    workers: WORKERS,
    async reconcile(key, { signal, log }) {
      for (let round = 1; round <= MAX_ROUNDS; round++) {
        const gathered = gather(deps, key, same, sayOmissions);
        if (gathered === undefined) break;
        const input = { ...gathered, wentBack: await regression(deps, gathered, signal) };
        const steps = planRecords(input);
        const doing = (step: RecordStep) => take(deps, key, step, signal, log);
        await takePlan(steps, () => planNamed(input), doing);
        if (!steps.some(changesInventory)) break;
      }
      deps.refusals.setOfSlices(key, undefined);
      return undefined;
    },
  };
}

/** What the caches hold now; undefined while nothing may be written or is known enough. */
function gather(
  deps: RecordsDeps,
  key: string,
  same: (record: RecordView, desired: RecordSpec) => boolean,
  sayOmissions: (key: string, omissions: readonly string[]) => void,
): RecordsInput | undefined {
  const { hub, publishing, exports } = deps;
  const { uid, floor, cluster, claim } = publishing;
  const clusterSetUID = hub.clusterSet?.metadata.uid;
  if (claim.is !== 'claimed' || uid === undefined || clusterSetUID === undefined || !exports.complete)
    return undefined;
  const { namespace, name: service } = splitKey(key);
  const standing = isStanding(hub.reportAsIs(cluster), { uid, clusterSetUID, floor });
  const desired = desire(exports, key);
  sayOmissions(key, desired?.omissions ?? []);
  return {
    namespace,
    service,
    uid,
    floor,
    report: standing ? hub.evidence.report(cluster) : undefined,
    held: hub.exportedService(cluster, namespace, service),
    slices: hub.slices(cluster, namespace, service),
    desired,
    same,
  };
}

/** Which slices this cluster has in an earlier generation than the hub shows: asked of its API server where caches say so. */
async function regression(
  { generationsNow }: RecordsDeps,
  input: RecordsInput,
  signal: AbortSignal,
): Promise<RecordsInput['wentBack']> {
  if (!showsAnyLater(input)) return undefined;
  const { namespace, service } = input;
  const now = await generationsNow({ namespace, service }, signal);
  return ({ spec: { source } }) => (now.get(source.uid) ?? source.generation) < source.generation;
}

function desire(exports: LocalExports, key: string) {
  const decision = exports.decide(key);
  const serviceExport = exports.serviceExport(key);
  if (!decision.publish || serviceExport === undefined) return undefined;
  const { uid = '', creationTimestamp = '' } = serviceExport.metadata;
  const { specs, omissions } = exports.desiredSlices(key);
  const records: DesiredRecords = {
    export: { uid, creationTimestamp },
    spec: decision.spec,
    slices: specs,
  };
  return { ...records, omissions };
}

async function take(deps: RecordsDeps, key: string, step: RecordStep, signal: AbortSignal, log: Logger) {
  const { namespace, name: service } = splitKey(key);
  const oversized = 'draft' in step ? whyOversized(step.draft.spec) : undefined;
  if (oversized !== undefined) {
    deps.refusals.set(key, oversized);
    // The next change of the ServiceExport brings us here again.
    throw new TerminalError(`the export is too large to be sent: ${oversized}`);
  }
  try {
    await carryOut(step, { cluster: deps.publishing.cluster, namespace, service }, deps, signal);
  } catch (error) {
    // A slice's refusal is no statement about the export: it is logged, counted and tried again. But one by limits
    // lasts until somebody does something.
    const limit = isAboutService(step) ? undefined : limitOf(error);
    if (limit !== undefined) deps.refusals.setOfSlices(key, limit);
    const refusal = isAboutService(step) ? refusalOf(error) : undefined;
    if (refusal !== undefined) deps.refusals.set(key, refusal);
    throw error;
  }
  if (isAboutService(step)) {
    deps.refusals.set(key, undefined);
    log.info({ why: 'why' in step ? step.why : undefined }, SAID[step.do]);
  } else log.debug({ step: step.do }, 'wrote a slice record');
}

const SAID = {
  'create service': 'exported',
  'update service': 'updated the export',
  'delete service': 'unexported',
} as const satisfies Record<ServiceStep['do'], string>;

/** Comparing thousands of unchanged lines at every change of one slice would cost more than the change. */
function rememberedSame(): (record: RecordView, desired: RecordSpec) => boolean {
  const equals = new WeakMap<RecordView, RecordSpec>();
  return (record, desired) => {
    if (equals.get(record) === desired) return true;
    if (!sameRecord(record, desired)) return false;
    equals.set(record, desired);
    return true;
  };
}

/** Notes on the ServiceExport what of its endpoints stays at home; once, until that changes. */
function omissionsSayer(deps: RecordsDeps): (key: string, omissions: readonly string[]) => void {
  const said = new Map<string, string>();
  return (key, omissions) => {
    const text = omissions.join('. ');
    if (text === (said.get(key) ?? '')) return;
    if (text === '') said.delete(key);
    else said.set(key, text);
    const about = deps.exports.serviceExport(key);
    if (text !== '' && about !== undefined) deps.events.record(endpointsLeftOut(about, text));
  };
}
