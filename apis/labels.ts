/** Label of the MCS API on imported EndpointSlices and derived Services: the exported Service's name. */
export const SERVICE_NAME_LABEL = 'multicluster.kubernetes.io/service-name';
/** Label of the MCS API on imported EndpointSlices: the id of the cluster the endpoints live in. */
export const SOURCE_CLUSTER_LABEL = 'multicluster.kubernetes.io/source-cluster';
/** Annotation of the MCS API on a ServiceImport: the name of its derived Service. */
export const DERIVED_SERVICE_ANNOTATION = 'multicluster.kubernetes.io/derived-service';
/** Label that ties an EndpointSlice to a Service for kube-proxy. */
export const KUBE_SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
/** Label that says which controller owns an EndpointSlice. */
export const SLICE_MANAGED_BY_LABEL = 'endpointslice.kubernetes.io/managed-by';
/** Label the stock controller sets on slices of headless Services; kube-proxy skips those. */
export const HEADLESS_LABEL = 'service.kubernetes.io/headless';

/** Value of SLICE_MANAGED_BY_LABEL and MANAGED_BY_LABEL on everything a member agent creates in its cluster. */
export const MANAGED_BY = 'member.tombolo.dev';
/** Label on ServiceImports and derived Services that Tombolo created. */
export const MANAGED_BY_LABEL = 'tombolo.dev/managed-by';
/** Label on imported slices: the hash that names the source slice's record. */
export const SOURCE_SLICE_LABEL = 'tombolo.dev/source-slice';

/** Annotation on an imported slice, `<uid>/<sequence>`: its record's `asserted` (DESIGN.md 4a). */
export const ASSERTED_ANNOTATION = 'tombolo.dev/asserted';
/** Annotation on an imported slice, `<uid>/<generation>`: the source slice it shows. */
export const SOURCE_GENERATION_ANNOTATION = 'tombolo.dev/source';
/**
 * Annotation on a ServiceImport: JSON, cluster id to `{uid, sequence, inventory}` of each source that shaped it: its
 * record's `asserted`, and the sequence of the inventory that the record held then.
 */
export const SOURCES_ANNOTATION = 'tombolo.dev/sources';
/** Annotation on ServiceImport and derived Service: JSON, the label and annotation keys that we set from exports. */
export const EXPORTED_KEYS_ANNOTATION = 'tombolo.dev/exported-keys';
/** Annotation on a ServiceExport: `keep` or `withdraw` overrides the set's staleness policy for this export. */
export const STALENESS_ANNOTATION = 'tombolo.dev/staleness';
/**
 * Annotation on a ServiceImport: JSON, the merged spec as it was last decided. The import's own spec is not a
 * memory of it: families are narrowed there to what this cluster has, and somebody may have edited it.
 */
export const SHAPE_ANNOTATION = 'tombolo.dev/shape';
/**
 * Annotation on a derived Service: JSON, the fields without which it was written, because this cluster's API
 * server does not know the value. Written down so that the value is not tried again at every look and every
 * restart; another value is tried.
 */
export const UNSUPPORTED_ANNOTATION = 'tombolo.dev/unsupported';
