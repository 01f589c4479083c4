import { isDeepStrictEqual } from 'node:util';
import { exportedSliceName } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServiceName, type IExportedService } from '#apis/hub/exported-service.ts';
import { clusterOfNamespace, type IMember, memberNamespace } from '#apis/hub/member.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import type { IService } from '#apis/kubernetes/service.ts';
import { KUBE_SERVICE_NAME_LABEL } from '#apis/labels.ts';
import type { KubeObject } from '#apis/meta.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import { inventoryOfReport, inventoryOfService, provesLess } from '#controllers/absence/inventory.ts';
import { isExportable } from '#controllers/endpoints/record.ts';
import type { RecordView, SliceView } from '#controllers/endpoints/views.ts';
import { BY_MEMBER, BY_SERVICE } from '#controllers/membership/indexes.ts';
import { placeOfService, placeOfSlice } from '#controllers/membership/places.ts';
import { SECOND_THOUGHT, turnOf, turnOfMember } from '#controllers/membership/reachability.ts';
import { watchTurns } from '#controllers/membership/watching.ts';
import { cacheKey, keyOf } from '#src/cache/lister.ts';
import type { Milliseconds } from '#src/runtime/clock.ts';
import { type Watch, watch } from '#src/runtime/controller.ts';
import type { Lookup } from '../caches.ts';
import { BY_DERIVED, IMPORTED_BY_CLUSTER, IMPORTED_BY_SERVICE } from '../indexes.ts';
import type { Obstacles } from '../obstacles.ts';
import { isForeign, isOurs } from '../ownership.ts';
import { lastShape } from '../service/shape.ts';
import type { ImportSliceDeps } from './deps.ts';
import { placeOfImported, sliceKey } from './place.ts';

type Deps = Pick<ImportSliceDeps, 'cluster' | 'hub' | 'hubCaches' | 'local'> & { obstacles: Obstacles };

/**
 * How long a change of this cluster's own endpoints waits before it is imported here: about as long as it takes to
 * come to the others. They have the longest way, and who waits for nobody else can let them go first.
 */
const OWN_LAST: Milliseconds = 20;

/** Where keys are looked up. */
export interface Places {
  /** This cluster's id. */
  cluster: string;
  hubCaches: {
    exportedServices: Lookup<IExportedService>;
    exportedEndpointSlices: Lookup<RecordView>;
    members: Lookup<IMember>;
    memberReports: Lookup<IMemberReport>;
  };
  local: { endpointSlices: Lookup<SliceView>; serviceImports: Lookup<IServiceImport> };
  obstacles: Obstacles;
}

/** Everything that can change one imported slice, in the slice's terms. A change of one slice names one key. */
export function watches(deps: Deps): Watch[] {
  const { hub, hubCaches, local } = deps;
  return [
    watch(hubCaches.exportedEndpointSlices, (before, after) => keysOfRecord(deps, after ?? before)),
    watch(local.endpointSlices, (before, after) => [
      ...keysOfSlice(deps, before),
      ...keysOfSlice(deps, after),
    ]),
    watch(
      local.endpointSlices,
      (before, after) => [...keyOfSource(deps, before), ...keyOfSource(deps, after)],
      {
        after: OWN_LAST,
      },
    ),
    watch(hubCaches.exportedServices, (before, after) => keysOfServiceRecord(deps, before, after)),
    watch(hubCaches.memberReports, (before, after) => keysOfReport(deps, before, after)),
    watch(hubCaches.members, (before, after) => keysOfMember(deps, before, after)),
    watch(hubCaches.members, (before, after) => keysOfFallen(deps, before, after), { after: SECOND_THOUGHT }),
    watch(local.serviceImports, (before, after) => keysOfImport(deps, before, after)),
    watch(local.serviceExports, (before, after) => ownKeys(deps, after ?? before)),
    watch(local.services, (before, after) => ownKeys(deps, after ?? before)),
    watch(local.services, (before, after) => keysOfDerived(deps, before, after)),
    watchTurns(hub, () => allKeys(deps)),
  ];
}

/** The own records come back from the hub, too, and say nothing new: own slices are imported from here. */
function keysOfRecord({ cluster }: Pick<Places, 'cluster'>, record: RecordView | undefined): string[] {
  const place = record && placeOfSlice(record);
  return place && place.cluster !== cluster ? [sliceKey(place)] : [];
}

/** A slice of ours, or one that goes and stood in the way. */
export function keysOfSlice(
  { obstacles }: Pick<Places, 'obstacles'>,
  slice: SliceView | undefined,
): string[] {
  if (slice === undefined) return [];
  const imported = placeOfImported(slice);
  const key = imported === undefined ? obstacles.waitingFor(slice) : sliceKey(imported);
  return key === undefined ? [] : [key];
}

/** A slice of this cluster that may be exported. */
export function keyOfSource({ cluster }: Pick<Places, 'cluster'>, slice: SliceView | undefined): string[] {
  const service = slice?.metadata.labels?.[KUBE_SERVICE_NAME_LABEL];
  if (slice === undefined || !service || !isExportable(slice)) return [];
  const { hash, metadata } = slice;
  return [sliceKey({ namespace: metadata.namespace ?? '', service, cluster, sliceHash: hash })];
}

/**
 * The ExportedService bears on all slices of its export where its ports or its rank change, and where its inventory
 * proves less than before; with its inventory else on those that it does not name, and on records that are there
 * already when it begins to name them. Its removal is no evidence of anything.
 */
export function* keysOfServiceRecord(
  { cluster, hubCaches, local }: Pick<Places, 'cluster' | 'hubCaches' | 'local'>,
  before: IExportedService | undefined,
  after: IExportedService | undefined,
): Iterable<string> {
  const place = after && placeOfService(after);
  if (after === undefined || place === undefined || place.cluster === cluster) return;
  const imported = local.endpointSlices
    .byIndex(IMPORTED_BY_SERVICE, `${place.namespace}/${place.service}`)
    .flatMap((slice) => placeOfImported(slice) ?? [])
    .filter((slice) => slice.cluster === place.cluster);
  const [named, inventory] = [before && inventoryOfService(before), inventoryOfService(after)];
  if (sameButInventory(before, after) && !provesLess(named, inventory)) {
    for (const slice of imported) if (!inventory?.names(slice.sliceHash)) yield sliceKey(slice);
    for (const hash of inventory === undefined ? [] : after.spec.inventory.slices) {
      if (!named?.names(hash)) yield* keysOfRecord({ cluster }, recordOf(hubCaches, place, hash));
    }
    return;
  }
  for (const slice of imported) yield sliceKey(slice);
  yield* keysOfRecords({ cluster, hubCaches }, after);
}

/** All slice records beside the record of a Service. */
function* keysOfRecords(
  { cluster, hubCaches }: Pick<Places, 'cluster' | 'hubCaches'>,
  service: IExportedService,
): Iterable<string> {
  const place = placeOfService(service);
  if (place === undefined) return;
  const key = `${place.cluster}/${place.namespace}/${place.service}`;
  for (const record of hubCaches.exportedEndpointSlices.byIndex(BY_SERVICE, key)) {
    yield* keysOfRecord({ cluster }, record);
  }
}

function recordOf(
  { exportedEndpointSlices }: Places['hubCaches'],
  { cluster, namespace, service }: { cluster: string; namespace: string; service: string },
  sliceHash: string,
): RecordView | undefined {
  const name = exportedSliceName(namespace, service, sliceHash);
  return exportedEndpointSlices.get(cacheKey(memberNamespace(cluster), name));
}

function sameButInventory(before: IExportedService | undefined, after: IExportedService): boolean {
  if (before === undefined) return false;
  return isDeepStrictEqual({ ...before.spec, inventory: undefined }, { ...after.spec, inventory: undefined });
}

/**
 * A report bears on the imported slices of Services that it does not name, and on records that are there already when
 * it begins to name their Service; where it proves less than before, on all records of the member; and on all its
 * imported slices where it is the sign of life of one that counts as unreachable.
 */
export function* keysOfReport(
  { cluster: self, local, hubCaches }: Pick<Places, 'cluster' | 'local' | 'hubCaches'>,
  before: IMemberReport | undefined,
  report: IMemberReport | undefined,
): Iterable<string> {
  const cluster = clusterOfNamespace((report ?? before)?.metadata.namespace);
  if (cluster === undefined || cluster === self) return;
  const [known, inventory] = [before && inventoryOfReport(before), report && inventoryOfReport(report)];
  if (provesLess(known, inventory)) yield* keysOfMembersRecords({ cluster: self, hubCaches }, cluster);
  if (report === undefined || inventory === undefined) return;
  const member = hubCaches.members.get(cluster);
  const turned = turnOf({ member, report: before }, { member, report }) !== undefined;
  for (const slice of local.endpointSlices.byIndex(IMPORTED_BY_CLUSTER, cluster)) {
    const place = placeOfImported(slice);
    if (place && (turned || !inventory.names(exportedServiceName(place.namespace, place.service))))
      yield sliceKey(place);
  }
  for (const name of report.spec.inventory.services) {
    if (known?.names(name)) continue;
    const service = hubCaches.exportedServices.get(cacheKey(memberNamespace(cluster), name));
    if (service !== undefined) yield* keysOfRecords({ cluster: self, hubCaches }, service);
  }
}

/**
 * Removed UIDs, allowed namespaces and address ranges bear on all slices of a member; that it is
 * reachable again on those that are shown, whose records have nothing to do with it.
 */
export function* keysOfMember(
  { cluster: self, hubCaches, local }: Pick<Places, 'cluster' | 'hubCaches' | 'local'>,
  before: IMember | undefined,
  after: IMember | undefined,
): Iterable<string> {
  const cluster = (after ?? before)?.metadata.name ?? '';
  if (cluster === self) return;
  const sameSpec = isDeepStrictEqual(before?.spec, after?.spec);
  if (sameSpec && turnOfMember(hubCaches.memberReports, before, after) !== 'up') return;
  for (const slice of local.endpointSlices.byIndex(IMPORTED_BY_CLUSTER, cluster))
    yield* keysOfImported(slice);
  if (!sameSpec) yield* keysOfMembersRecords({ cluster: self, hubCaches }, cluster);
}

function* keysOfMembersRecords(
  { cluster, hubCaches }: Pick<Places, 'cluster' | 'hubCaches'>,
  member: string,
): Iterable<string> {
  for (const record of hubCaches.exportedEndpointSlices.byIndex(BY_MEMBER, member)) {
    yield* keysOfRecord({ cluster }, record);
  }
}

/** A member that becomes unreachable bears on what is shown of it. */
export function* keysOfFallen(
  { cluster: self, hubCaches, local }: Pick<Places, 'cluster' | 'hubCaches' | 'local'>,
  before: IMember | undefined,
  after: IMember | undefined,
): Iterable<string> {
  if (after === undefined || turnOfMember(hubCaches.memberReports, before, after) !== 'down') return;
  const cluster = after.metadata.name;
  if (cluster === self) return;
  for (const slice of local.endpointSlices.byIndex(IMPORTED_BY_CLUSTER, cluster))
    yield* keysOfImported(slice);
}

/** Only what slices are made from: neither the import's spec nor its status changes any of them, only its decided shape. */
export function* keysOfImport(
  { cluster, hubCaches, local }: Pick<Places, 'cluster' | 'hubCaches' | 'local'>,
  before: IServiceImport | undefined,
  after: IServiceImport | undefined,
): Iterable<string> {
  if (after === undefined || isDeepStrictEqual(partOfSlices(before), partOfSlices(after))) return;
  const key = keyOf(after);
  for (const slice of local.endpointSlices.byIndex(IMPORTED_BY_SERVICE, key)) yield* keysOfImported(slice);
  yield* ownKeys({ cluster, local }, after);
  for (const service of hubCaches.exportedServices.byIndex(BY_SERVICE, key)) {
    yield* keysOfRecords({ cluster, hubCaches }, service);
  }
}

function partOfSlices(held: IServiceImport | undefined): unknown {
  if (held === undefined || !isOurs(held)) return undefined;
  const { type, ports, ipFamilies, trafficDistribution } = lastShape(held);
  return {
    uid: held.metadata.uid,
    going: held.metadata.deletionTimestamp,
    type,
    ports,
    ipFamilies,
    trafficDistribution,
  };
}

/** All slices of this cluster's own export of a name, whether there or only imported still. */
export function* ownKeys(
  { cluster, local }: Pick<Places, 'cluster' | 'local'>,
  named: KubeObject | undefined,
): Iterable<string> {
  if (named === undefined) return;
  const { namespace = '', name: service } = named.metadata;
  const key = keyOf(named);
  for (const slice of local.endpointSlices.byIndex(BY_SERVICE, key)) {
    if (slice.view === 'source') yield sliceKey({ namespace, service, cluster, sliceHash: slice.hash });
  }
  for (const slice of local.endpointSlices.byIndex(IMPORTED_BY_SERVICE, key)) {
    const place = placeOfImported(slice);
    if (place?.cluster === cluster) yield sliceKey(place);
  }
}

/** A derived Service's name bears on all slices of its import when somebody else's Service takes or frees it. */
export function* keysOfDerived(
  { local }: Pick<Places, 'local'>,
  before: IService | undefined,
  after: IService | undefined,
): Iterable<string> {
  const service = after ?? before;
  if (service === undefined || isForeign(before) === isForeign(after)) return;
  for (const held of local.serviceImports.byIndex(BY_DERIVED, keyOf(service))) {
    for (const slice of local.endpointSlices.byIndex(IMPORTED_BY_SERVICE, keyOf(held))) {
      yield* keysOfImported(slice);
    }
  }
}

function* allKeys(deps: Places): Iterable<string> {
  for (const slice of deps.local.endpointSlices.list()) {
    yield* keysOfSlice(deps, slice);
    yield* keyOfSource(deps, slice);
  }
  for (const record of deps.hubCaches.exportedEndpointSlices.list()) yield* keysOfRecord(deps, record);
}

function keysOfImported(slice: SliceView): string[] {
  const place = placeOfImported(slice);
  return place ? [sliceKey(place)] : [];
}
