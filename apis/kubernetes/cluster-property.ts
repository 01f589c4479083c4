import type { KubeObject, Resource } from '../meta.ts';

/** What a cluster says of itself (KEP-2149), one thing an object. */
export interface IClusterProperty extends KubeObject {
  spec: { value: string };
}

/** `version` is that of the first release; a cluster may serve another one. */
export const clusterProperties: Resource<IClusterProperty> = {
  group: 'about.k8s.io',
  version: 'v1alpha1',
  plural: 'clusterproperties',
  kind: 'ClusterProperty',
  namespaced: false,
};

/** Name of the property that holds the cluster's id in its set. */
export const CLUSTER_ID_PROPERTY = 'cluster.clusterset.k8s.io';

/** Name of the property that holds the id of the set. */
export const CLUSTER_SET_PROPERTY = 'clusterset.k8s.io';
