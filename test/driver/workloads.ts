import type { KubeObject, Resource } from '#apis/meta.ts';

/** A Deployment or a StatefulSet, as far as tests read and write it. */
export interface Workload extends KubeObject {
  spec: {
    template: {
      metadata: { labels?: Record<string, string>; annotations?: Record<string, string> };
      [field: string]: unknown;
    };
    [field: string]: unknown;
  };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    readyReplicas?: number;
  };
}

export const deployments: Resource<Workload> = {
  group: 'apps',
  version: 'v1',
  plural: 'deployments',
  kind: 'Deployment',
  namespaced: true,
};
export const statefulSets: Resource<Workload> = {
  ...deployments,
  plural: 'statefulsets',
  kind: 'StatefulSet',
};
