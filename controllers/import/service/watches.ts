import { isDeepStrictEqual } from 'node:util';
import { exportedServiceName, type IExportedService } from '#apis/hub/exported-service.ts';
import { clusterOfNamespace, type IMember, memberNamespace } from '#apis/hub/member.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import type { INamespace } from '#apis/kubernetes/namespace.ts';
import type { IService } from '#apis/kubernetes/service.ts';
import { SERVICE_NAME_LABEL } from '#apis/labels.ts';
import type { KubeObject } from '#apis/meta.ts';
import type { IServiceExport } from '#apis/multicluster/service-export.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import { inventoryOfReport, provesLess } from '#controllers/absence/inventory.ts';
import { derivedServiceName } from '#controllers/endpoints/names.ts';
import { BY_MEMBER } from '#controllers/membership/indexes.ts';
import { placeOfService } from '#controllers/membership/places.ts';
import { SECOND_THOUGHT, turnOf, turnOfMember } from '#controllers/membership/reachability.ts';
import { watchTurns } from '#controllers/membership/watching.ts';
import { cacheKey, keyOf } from '#src/cache/lister.ts';
import { type Watch, watch } from '#src/runtime/controller.ts';
import type { Lookup } from '../caches.ts';
import { BY_NAMESPACE, BY_SOURCE } from '../indexes.ts';
import { namespaceClosed } from '../namespace.ts';
import type { Obstacles } from '../obstacles.ts';
import { isOurs } from '../ownership.ts';
import type { ImportServiceDeps } from './deps.ts';
import { serviceKey } from './place.ts';

type Deps = Pick<ImportServiceDeps, 'hub' | 'hubCaches' | 'local'> & { obstacles: Obstacles };

/** Where keys are looked up. */
export interface Places {
  hubCaches: {
    exportedServices: Lookup<IExportedService>;
    members: Lookup<IMember>;
    memberReports: Lookup<IMemberReport>;
  };
  local: {
    serviceImports: Lookup<IServiceImport>;
    serviceExports: Lookup<IServiceExport>;
    services: Lookup<IService>;
  };
  obstacles: Obstacles;
}

/** Everything that can change what this cluster shows of a Service, in the Service's terms. */
export function watches(deps: Deps): Watch[] {
  const { hub, hubCaches, local } = deps;
  return [
    watch(hubCaches.exportedServices, (before, after) => keysOfRecord(after ?? before)),
    watch(hubCaches.memberReports, (before, after) => keysOfReport(deps, before, after)),
    watch(hubCaches.members, (before, after) => keysOfMember(deps, before, after)),
    watch(hubCaches.members, (before, after) => keysOfFallen(deps, before, after), { after: SECOND_THOUGHT }),
    watchTurns(hub, () => allKeys(deps)),
    watch(local.serviceImports, (before, after) => keys(after ?? before)),
    watch(local.serviceExports, (before, after) => keys(after ?? before)),
    watch(local.services, (before, after) => [...keysOfService(deps, before), ...keysOfService(deps, after)]),
    watch(local.namespaces, (before, after) => keysOfNamespace(deps, before, after)),
  ];
}

function keysOfRecord(record: KubeObject | undefined): string[] {
  const place = record && placeOfService(record);
  return place ? [serviceKey(place)] : [];
}

function keys(object: KubeObject | undefined): string[] {
  return object === undefined ? [] : [keyOf(object)];
}

/**
 * A report bears on what it does not name and this cluster shows, be it a derived Service alone, and on what it newly
 * names and the hub holds; where it proves less than before, on all that the hub holds; and on nothing else, however
 * long it is, unless it is the sign of life of a member that counts as unreachable.
 */
export function* keysOfReport(
  { local, hubCaches }: Pick<Places, 'local' | 'hubCaches'>,
  before: IMemberReport | undefined,
  after: IMemberReport | undefined,
): Iterable<string> {
  const cluster = clusterOfNamespace((after ?? before)?.metadata.namespace);
  if (cluster === undefined) return;
  const [known, inventory] = [before && inventoryOfReport(before), after && inventoryOfReport(after)];
  if (provesLess(known, inventory)) yield* keysOfMembersRecords(hubCaches, cluster);
  // Of a derived Service whose import is gone nothing here knows the exporters.
  if (before === undefined || known === undefined) yield* keysOfOrphans(local);
  else {
    const ended = before.spec.inventory.services.filter((name) => !inventory?.names(name));
    yield* keysOfDerived(local, ended);
  }
  if (after === undefined || inventory === undefined) return;
  const member = hubCaches.members.get(cluster);
  const turned = turnOf({ member, report: before }, { member, report: after }) !== undefined;
  for (const { metadata } of local.serviceImports.byIndex(BY_SOURCE, cluster)) {
    const { namespace = '', name } = metadata;
    if (turned || !inventory.names(exportedServiceName(namespace, name))) yield cacheKey(namespace, name);
  }
  for (const name of after.spec.inventory.services) {
    if (known?.names(name)) continue;
    yield* keysOfRecord(hubCaches.exportedServices.get(cacheKey(memberNamespace(cluster), name)));
  }
}

/** Those of these `<namespace>.<service>` that have a derived Service here. */
function* keysOfDerived(
  { services }: Pick<Places['local'], 'services'>,
  names: readonly string[],
): Iterable<string> {
  for (const name of names) {
    const [namespace = '', service = ''] = name.split('.');
    const derived = services.get(cacheKey(namespace, derivedServiceName(namespace, service)));
    if (derived !== undefined) yield cacheKey(namespace, service);
  }
}

/** Derived Services whose imports are not there. */
function* keysOfOrphans({
  services,
  serviceImports,
}: Pick<Places['local'], 'services' | 'serviceImports'>): Iterable<string> {
  for (const service of services.list()) {
    const key = keyOfDerived(service);
    if (key !== undefined && serviceImports.get(key) === undefined) yield key;
  }
}

/** The key of the import that a derived Service of ours belongs to; undefined for all other Services. */
function keyOfDerived(service: IService): string | undefined {
  const { namespace = '', name, labels } = service.metadata;
  const imported = labels?.[SERVICE_NAME_LABEL];
  const isDerived = imported !== undefined && name === derivedServiceName(namespace, imported);
  return isDerived && isOurs(service) ? cacheKey(namespace, imported) : undefined;
}

function* keysOfMembersRecords({ exportedServices }: Places['hubCaches'], cluster: string): Iterable<string> {
  for (const record of exportedServices.byIndex(BY_MEMBER, cluster)) yield* keysOfRecord(record);
}

/** Removed UIDs and allowed namespaces; and, of what the hub controller says, that the member is reachable again. */
export function* keysOfMember(
  { local, hubCaches }: Pick<Places, 'local' | 'hubCaches'>,
  before: IMember | undefined,
  after: IMember | undefined,
): Iterable<string> {
  const cluster = (after ?? before)?.metadata.name ?? '';
  const sameSpec = isDeepStrictEqual(before?.spec, after?.spec);
  if (sameSpec && turnOfMember(hubCaches.memberReports, before, after) !== 'up') return;
  for (const held of local.serviceImports.byIndex(BY_SOURCE, cluster)) yield keyOf(held);
  if (sameSpec) return;
  yield* keysOfMembersRecords(hubCaches, cluster);
  yield* keysOfOrphans(local);
}

/** A member that becomes unreachable bears on what is shown of it. */
export function* keysOfFallen(
  { local, hubCaches }: Pick<Places, 'local' | 'hubCaches'>,
  before: IMember | undefined,
  after: IMember | undefined,
): Iterable<string> {
  if (after === undefined || turnOfMember(hubCaches.memberReports, before, after) !== 'down') return;
  const cluster = after.metadata.name;
  for (const held of local.serviceImports.byIndex(BY_SOURCE, cluster)) yield keyOf(held);
}

/** A derived Service, whoever holds its name, or a Service that this cluster exports. */
export function* keysOfService(
  { local, obstacles }: Pick<Places, 'local' | 'obstacles'>,
  service: IService | undefined,
): Iterable<string> {
  if (service === undefined) return;
  const derived = keyOfDerived(service);
  if (derived !== undefined) yield derived;
  const waiting = obstacles.waitingFor(service);
  if (waiting !== undefined) yield waiting;
  // The Services of a cluster are many, and few of them have to do with imports.
  if (local.serviceExports.get(keyOf(service)) !== undefined) yield keyOf(service);
}

/**
 * A namespace that comes, or comes back after its deletion took all of ours along, has its imports at once
 * (https://github.com/submariner-io/lighthouse/pull/1625).
 */
export function* keysOfNamespace(
  { local, hubCaches }: Pick<Places, 'local' | 'hubCaches'>,
  before: INamespace | undefined,
  after: INamespace | undefined,
): Iterable<string> {
  const same = before?.metadata.uid === after?.metadata.uid;
  if (same && namespaceClosed(before) === namespaceClosed(after)) return;
  const name = (after ?? before)?.metadata.name ?? '';
  for (const record of hubCaches.exportedServices.byIndex(BY_NAMESPACE, name)) yield* keysOfRecord(record);
  for (const held of local.serviceImports.byIndex(BY_NAMESPACE, name)) yield keyOf(held);
  for (const serviceExport of local.serviceExports.byIndex(BY_NAMESPACE, name)) yield keyOf(serviceExport);
}

/** Everything that may have to do with an import: a derived Service, too, whose import somebody has deleted. */
export function* allKeys(places: Places): Iterable<string> {
  const { local, hubCaches } = places;
  for (const held of local.serviceImports.list()) yield keyOf(held);
  for (const service of local.services.list()) yield* keysOfService(places, service);
  for (const record of hubCaches.exportedServices.list()) yield* keysOfRecord(record);
  for (const serviceExport of local.serviceExports.list()) yield keyOf(serviceExport);
}
