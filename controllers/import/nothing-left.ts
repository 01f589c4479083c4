import { parseAsserted } from '#apis/hub/asserted.ts';
import { type IMember, removedUIDs } from '#apis/hub/member.ts';
import { ASSERTED_ANNOTATION } from '#apis/labels.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import type { SliceView } from '#controllers/endpoints/views.ts';
import type { Lookup } from './caches.ts';
import { BY_SOURCE, IMPORTED_BY_CLUSTER } from './indexes.ts';
import { readSources } from './service/sources.ts';

/** What this cluster shows of others, with the indexes of ./indexes.ts. */
export interface Shown {
  endpointSlices: Pick<Lookup<SliceView>, 'byIndex'>;
  serviceImports: Pick<Lookup<IServiceImport>, 'byIndex'>;
}

/**
 * The UIDs, sorted, of clusters that are stated to be removed and of which nothing is shown here any more. Whoever
 * takes such a statement back before all have followed it leaves what is still shown without any proof.
 */
export function nothingLeftOf(members: Iterable<IMember>, shown: Shown): string[] {
  return [...members]
    .flatMap((member) => removedUIDs(member).filter((uid) => !shows(shown, member, uid)))
    .sort();
}

function shows(
  { endpointSlices, serviceImports }: Shown,
  { metadata: { name } }: IMember,
  uid: string,
): boolean {
  return (
    endpointSlices
      .byIndex(IMPORTED_BY_CLUSTER, name)
      .some(({ metadata }) => parseAsserted(metadata.annotations?.[ASSERTED_ANNOTATION])?.uid === uid) ||
    serviceImports.byIndex(BY_SOURCE, name).some((held) => readSources(held).get(name)?.uid === uid)
  );
}
