import type { IExportedService } from '#apis/hub/exported-service.ts';
import { KUBE_SERVICE_NAME_LABEL } from '#apis/labels.ts';
import type { KubeObject } from '#apis/meta.ts';
import type { IServiceExport } from '#apis/multicluster/service-export.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import { derivedServiceName } from '#controllers/endpoints/names.ts';
import { isExportable } from '#controllers/endpoints/record.ts';
import type { SliceView } from '#controllers/endpoints/views.ts';
import { placeOfService } from '#controllers/membership/places.ts';
import type { IndexFunction } from '#src/cache/contract.ts';
import { cacheKey } from '#src/cache/lister.ts';
import { isOurs } from './ownership.ts';
import { readSources } from './service/sources.ts';
import { placeOfImported } from './slice/place.ts';

/** ServiceImports, ServiceExports and hub records by the member's namespace that they are about: value its name. */
export const BY_NAMESPACE = 'import namespace';
/** ServiceImports of ours by each of their sources: value `<cluster>`. */
export const BY_SOURCE = 'import source';
/** ServiceImports of ours by the name that their derived Service must have: value `<namespace>/<derived name>`. */
export const BY_DERIVED = 'import derived';
/** Imported slices by Service: value `<namespace>/<service>`. */
export const IMPORTED_BY_SERVICE = 'imported service';
/** Imported slices by the cluster they come from: value `<cluster>`. */
export const IMPORTED_BY_CLUSTER = 'imported cluster';
/** This cluster's own slices that may be exported: value `<namespace>/<service>/<slice hash>`. */
export const SOURCE_BY_HASH = 'source hash';

/** Wanted on the hub's ExportedServices, besides those of controllers/membership/indexes.ts. */
export const exportedServiceIndexes: Record<string, IndexFunction<IExportedService>> = {
  [BY_NAMESPACE](record) {
    const place = placeOfService(record);
    return place ? [place.namespace] : [];
  },
};

/** Wanted on ServiceImports. */
export const serviceImportIndexes: Record<string, IndexFunction<IServiceImport>> = {
  [BY_NAMESPACE]: namespaceOf,
  [BY_SOURCE]: (held) => (isOurs(held) ? [...readSources(held).keys()] : []),
  [BY_DERIVED]: (held) => {
    const { namespace = '', name } = held.metadata;
    return isOurs(held) ? [cacheKey(namespace, derivedServiceName(namespace, name))] : [];
  },
};

/** Wanted on ServiceExports. */
export const serviceExportIndexes: Record<string, IndexFunction<IServiceExport>> = {
  [BY_NAMESPACE]: namespaceOf,
};

/** Wanted on the member's EndpointSlices, besides those of controllers/membership/indexes.ts. */
export const sliceIndexes: Record<string, IndexFunction<SliceView>> = {
  [IMPORTED_BY_SERVICE](slice) {
    const place = placeOfImported(slice);
    return place ? [`${place.namespace}/${place.service}`] : [];
  },
  [IMPORTED_BY_CLUSTER](slice) {
    const place = placeOfImported(slice);
    return place ? [place.cluster] : [];
  },
  [SOURCE_BY_HASH](slice) {
    const service = slice.metadata.labels?.[KUBE_SERVICE_NAME_LABEL];
    if (!service || !isExportable(slice)) return [];
    return [`${slice.metadata.namespace}/${service}/${slice.hash}`];
  },
};

function namespaceOf({ metadata }: KubeObject): string[] {
  return metadata.namespace === undefined ? [] : [metadata.namespace];
}
