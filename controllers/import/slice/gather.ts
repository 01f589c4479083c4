import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import type { SlicePlace } from '#controllers/absence/proof.ts';
import { admit } from '#controllers/conflict/record.ts';
import { derivedServiceName } from '#controllers/endpoints/names.ts';
import type { ImportedSliceView, SourceSliceView } from '#controllers/endpoints/views.ts';
import { cacheKey } from '#src/cache/lister.ts';
import { SOURCE_BY_HASH } from '../indexes.ts';
import { ownExport } from '../own-export.ts';
import { isForeign, isOurs } from '../ownership.ts';
import { lastShape } from '../service/shape.ts';
import { isOlder, readSources } from '../service/sources.ts';
import { withheldOf } from '../staleness.ts';
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
  return decideOwnSlice({
    at,
    held,
    existing,
    derivedService: derivedServiceOf(deps, at, held),
    own: ownExport(deps, at.namespace, at.service),
    source,
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
    withheld: (type) => withheldOf(hub, deps.cluster, at)(at.cluster, type),
  });
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
