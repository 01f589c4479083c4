import { clusterOfNamespace } from '#apis/hub/member.ts';
import { KUBE_SERVICE_NAME_LABEL } from '#apis/labels.ts';
import type { KubeObject } from '#apis/meta.ts';
import type { SliceView } from '#controllers/endpoints/views.ts';
import type { IndexFunction } from '#src/cache/contract.ts';
import { placeOfService, placeOfSlice } from './places.ts';

/** Files hub records under the cluster id whose namespace they lie in. */
export const BY_MEMBER = 'member';
/** Files records under the Service that they are about; see each function for the value's form. */
export const BY_SERVICE = 'service';

const byMember: IndexFunction<KubeObject> = ({ metadata }) => {
  const cluster = clusterOfNamespace(metadata.namespace);
  return cluster ? [cluster] : [];
};

/** Indexes of the hub's ExportedServices; BY_SERVICE holds `<namespace>/<service>`, over all members. */
export const exportedServiceIndexes: Record<string, IndexFunction<KubeObject>> = {
  [BY_MEMBER]: byMember,
  [BY_SERVICE](record) {
    const place = placeOfService(record);
    return place ? [`${place.namespace}/${place.service}`] : [];
  },
};

/** Indexes of the hub's ExportedEndpointSlices; BY_SERVICE holds `<cluster>/<namespace>/<service>`. */
export const exportedSliceIndexes: Record<string, IndexFunction<KubeObject>> = {
  [BY_MEMBER]: byMember,
  [BY_SERVICE](record) {
    const place = placeOfSlice(record);
    return place ? [`${place.cluster}/${place.namespace}/${place.service}`] : [];
  },
};

/**
 * Indexes of a member's own EndpointSlices; BY_SERVICE holds `<namespace>/<service>` for slices that others
 * wrote: those that may be exported. What we imported is no source.
 */
export const sourceSliceIndexes: Record<string, IndexFunction<SliceView>> = {
  [BY_SERVICE](slice) {
    const service = slice.metadata.labels?.[KUBE_SERVICE_NAME_LABEL];
    return service && slice.view === 'source' ? [`${slice.metadata.namespace}/${service}`] : [];
  },
};
