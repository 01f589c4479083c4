import type { Condition, KubeObject, Resource } from '../meta.ts';

/** A ServiceExport of KEP-1645: the user's wish that the Service of the same name is reachable from the whole set. */
export interface IServiceExport extends KubeObject {
  spec?: {
    exportedLabels?: Record<string, string>;
    exportedAnnotations?: Record<string, string>;
  };
  status?: { conditions?: Condition[] };
}

export const serviceExports: Resource<IServiceExport> = {
  group: 'multicluster.x-k8s.io',
  version: 'v1beta1',
  plural: 'serviceexports',
  kind: 'ServiceExport',
  namespaced: true,
};
