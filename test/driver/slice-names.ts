import { exportedSliceName } from '#apis/hub/exported-endpoint-slice.ts';
import { importedSliceName, sliceHash } from '#controllers/endpoints/names.ts';

/** Name of the record of the slice that the builder `slice(namespace, name, suffix, …)` makes. */
export function sliceRecord(namespace: string, name: string, suffix: string): string {
  return exportedSliceName(namespace, name, sliceHash(`${name}-${suffix}`));
}

/** Name of that slice as it is imported from a cluster. */
export function importedSlice(namespace: string, name: string, suffix: string, cluster: string): string {
  return importedSliceName(cluster, namespace, name, sliceHash(`${name}-${suffix}`));
}
