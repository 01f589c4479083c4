import type { IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import type { SlicePlace } from '#controllers/absence/proof.ts';
import { type Dropped, describeDropped } from '#controllers/endpoints/admitted.ts';
import { mergeForUpdate, needsReplacement, needsUpdate } from '#controllers/endpoints/compare.ts';
import type { ImportedSliceView } from '#controllers/endpoints/views.ts';
import type { ReconcileContext } from '#src/runtime/controller.ts';
import { endpointsDropped } from '../events.ts';
import type { ImportSliceDeps } from './deps.ts';

/** What is to be there, and what is. */
export interface SliceWrite {
  slice: IEndpointSlice;
  dropped: readonly Dropped[];
  existing: ImportedSliceView | undefined;
  held: IServiceImport | undefined;
}

/** Writes the slice if it differs, with one request: fenced by the version that the cache holds, and no read. */
export async function writeSlice(
  { writers: { endpointSlices }, events }: Pick<ImportSliceDeps, 'writers' | 'events'>,
  at: SlicePlace,
  { slice, dropped, existing, held }: SliceWrite,
  { log, signal }: Pick<ReconcileContext, 'log' | 'signal'>,
): Promise<void> {
  if (existing === undefined) await endpointSlices.create(slice, { signal });
  else if (existing.metadata.deletionTimestamp !== undefined) return;
  else if (needsReplacement(existing, slice)) {
    await endpointSlices.delete(existing, { signal });
    await endpointSlices.create(slice, { signal });
  } else if (needsUpdate(existing, slice)) {
    const { metadata } = mergeForUpdate(existing.metadata, slice);
    await endpointSlices.update({ ...slice, metadata }, { signal });
  } else return;
  if (dropped.length === 0) return;
  const what = describeDropped(dropped);
  log.warn(
    { slice: slice.metadata.name, dropped: dropped.length, what },
    'endpoints are left out of an imported slice',
  );
  if (held !== undefined) events.record(endpointsDropped(held, at.cluster, what));
}
