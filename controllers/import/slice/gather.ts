import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import type { SlicePlace } from '#controllers/absence/proof.ts';
import { admit } from '#controllers/conflict/record.ts';
import { resolve } from '#controllers/conflict/resolve.ts';
import { derivedServiceName } from '#controllers/endpoints/names.ts';
import type { ImportedSliceView, SourceSliceView } from '#controllers/endpoints/views.ts';
import { sameExport } from '#controllers/export/records.ts';
import { isTakenOver } from '#controllers/membership/claim.ts';
import { exportersOf } from '#controllers/membership/exporters.ts';
import type { HubView } from '#controllers/membership/hub-view.ts';
import { cacheKey } from '#src/cache/lister.ts';
import { SOURCE_BY_HASH } from '../indexes.ts';
import { type OwnExport, ownExport } from '../own-export.ts';
import { isForeign, isOurs } from '../ownership.ts';
import { lastShape, sameShape, shapeOf } from '../service/shape.ts';
import { isOlder, readSources } from '../service/sources.ts';
import { isWithdrawn } from '../staleness.ts';
import { decideOwnSlice, decideRemoteSlice, type SliceDecision } from './decision.ts';
import type { ImportSliceDeps } from './deps.ts';

/** The ServiceImport under which slices can be shown: there, ours and not on its way out. */
export function heldImport(
  { local }: Pick<ImportSliceDeps, 'local'>,
  { namespace, service }: SlicePlace,
): IServiceImport | undefined {
  const held = local.serviceImports.get(cacheKey(namespace, service));
  return held && isOurs(held) && held.metadata.deletionTimestamp === undefined ? held : undefined;
}

/** Gathers what decides over a slice of this cluster. */
export function decideOwn(
  deps: ImportSliceDeps,
  at: SlicePlace,
  held: IServiceImport | undefined,
  existing: ImportedSliceView | undefined,
): SliceDecision {
  if (!deps.local.endpointSlices.synced) return { do: 'nothing', why: 'the own slices are not known yet' };
  const hash = `${at.namespace}/${at.service}/${at.sliceHash}`;
  const source = deps.local.endpointSlices
    .byIndex(SOURCE_BY_HASH, hash)
    .find((slice): slice is SourceSliceView => slice.view === 'source');
  const own = ownExport(deps, at.namespace, at.service);
  return decideOwnSlice({
    at,
    held,
    existing,
    derivedService: derivedServiceOf(deps, at, held),
    own,
    source,
    // The import is made of what the hub holds, so it follows an edit of the own Service a round trip later.
    importIsCurrent: () => hubHas(deps.hub, at, own) && isCurrent(deps.hub, at, held),
  });
}

/** Gathers what decides over a slice of another member. */
export function decideRemote(
  { hub, ...deps }: ImportSliceDeps,
  at: SlicePlace,
  held: IServiceImport | undefined,
  existing: ImportedSliceView | undefined,
): SliceDecision {
  const member = hub.member(at.cluster);
  const service = hub.exportedService(at.cluster, at.namespace, at.service);
  return decideRemoteSlice({
    at,
    held,
    existing,
    derivedService: derivedServiceOf(deps, at, held),
    hubReadable: hub.readable,
    evidence: hub.evidence,
    record: hub.slice(at.cluster, at.namespace, at.service, at.sliceHash),
    admission: service && admit(service, at.cluster, { clusterSet: hub.clusterSet, member }),
    serviceRegressed: () =>
      service !== undefined && held !== undefined && isOlder(service, readSources(held).get(at.cluster)),
    addressRanges: member?.spec?.addressRanges,
    isTakenOver: (uid) => isTakenOver(member, uid),
    withheld: (type) => isWithdrawn(hub, deps.cluster, at, type),
    importIsCurrent: () => isCurrent(hub, at, held),
  });
}

function hubHas(hub: HubView, { cluster, namespace, service }: SlicePlace, own: OwnExport): boolean {
  const record = hub.exportedService(cluster, namespace, service);
  return record !== undefined && own.is === 'exported' && sameExport(record.spec, own.record.spec);
}

/** Between the change of a record and the import's lies a write, which may take long or be held back. */
function isCurrent(hub: HubView, at: SlicePlace, held: IServiceImport | undefined): boolean {
  const records = exportersOf(hub, at.namespace, at.service);
  const mode = hub.clusterSet?.spec?.precedence === 'HubTime' ? 'HubTime' : 'ExportTime';
  const merged = resolve(records, mode).import;
  return merged !== undefined && held !== undefined && sameShape(shapeOf(merged), lastShape(held));
}

/**
 * A headless import has a derived Service only by option. Endpoints must not get behind somebody else's Service
 * that has the name: it would be given traffic of the set, and the set's clients that one's.
 */
function derivedServiceOf(
  { headlessDerivedService, local }: Pick<ImportSliceDeps, 'headlessDerivedService' | 'local'>,
  { namespace, service }: SlicePlace,
  held: IServiceImport | undefined,
): string | undefined {
  const headless = held !== undefined && lastShape(held).type === 'Headless';
  if (headless && !headlessDerivedService) return undefined;
  const name = derivedServiceName(namespace, service);
  return isForeign(local.services.get(cacheKey(namespace, name))) ? undefined : name;
}
