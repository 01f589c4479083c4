import { SERVICE_NAME_LABEL, SOURCE_CLUSTER_LABEL, SOURCE_SLICE_LABEL } from '#apis/labels.ts';
import type { SlicePlace } from '#controllers/absence/proof.ts';
import type { SliceView } from '#controllers/endpoints/views.ts';

/** The key of import.slice: `<namespace>/<service>/<cluster>/<slice hash>`. None of the parts may hold a slash. */
export function sliceKey({ namespace, service, cluster, sliceHash }: SlicePlace): string {
  return `${namespace}/${service}/${cluster}/${sliceHash}`;
}

/** Takes a key apart again. */
export function placeOfKey(key: string): SlicePlace {
  const [namespace = '', service = '', cluster = '', sliceHash = ''] = key.split('/');
  return { namespace, service, cluster, sliceHash };
}

/** Which source slice an imported slice of ours shows, by its labels; undefined for all other slices. */
export function placeOfImported(slice: SliceView): SlicePlace | undefined {
  if (slice.view !== 'imported') return undefined;
  const { namespace, labels = {} } = slice.metadata;
  const service = labels[SERVICE_NAME_LABEL];
  const cluster = labels[SOURCE_CLUSTER_LABEL];
  const sliceHash = labels[SOURCE_SLICE_LABEL];
  if (!namespace || !service || !cluster || !sliceHash) return undefined;
  return { namespace, service, cluster, sliceHash };
}
