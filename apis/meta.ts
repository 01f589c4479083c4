/** The parts of Kubernetes object metadata that Tombolo reads or writes; unknown fields stay on the JSON. */
export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
  /** Which client set which field. Absent in an update: they stay; empty: they are forgotten and no longer kept. */
  managedFields?: readonly unknown[];
}

/** A pointer to the object whose deletion takes this one with it. */
export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** A metav1.Condition. Times are RFC 3339 strings, as they travel. */
export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  lastTransitionTime: string;
  observedGeneration?: number;
}

/** The least that every Kubernetes object is: what caches, queues and clients need to know of it. */
export interface KubeObject {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
}

/**
 * Where objects of type T live on an API server. The type parameter ties a path to the shape of its
 * objects, so that `client.get(serviceExports, key)` gives an IServiceExport.
 */
export interface Resource<T extends KubeObject> {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Never set: carries T for inference only. */
  readonly object?: T;
}

/** `v1` for the core group, `group/version` for all others. */
export function apiVersionOf(resource: Resource<KubeObject>): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}
