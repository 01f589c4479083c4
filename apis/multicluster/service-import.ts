import type { SessionAffinityConfig } from '../kubernetes/service.ts';
import type { Condition, KubeObject, Resource } from '../meta.ts';

/** One port of a ServiceImport: there is no targetPort, on purpose. */
export interface ImportPort {
  name?: string;
  protocol?: string;
  appProtocol?: string;
  port: number;
}

export type ImportType = 'ClusterSetIP' | 'Headless';

/** A ServiceImport of KEP-1645. In v1beta1 the fields that v1alpha1 has under `spec` stand at the same place. */
export interface IServiceImport extends KubeObject {
  spec: {
    type: ImportType;
    ports: ImportPort[];
    ips?: string[];
    ipFamilies?: string[];
    sessionAffinity?: string;
    sessionAffinityConfig?: SessionAffinityConfig;
    internalTrafficPolicy?: string;
    trafficDistribution?: string;
  };
  status?: {
    clusters?: { cluster: string }[];
    conditions?: Condition[];
    /** In the KEP, not yet in upstream's CRD v0.5. */
    endpointSliceObjects?: 'Present' | 'Absent';
  };
}

export const serviceImports: Resource<IServiceImport> = {
  group: 'multicluster.x-k8s.io',
  version: 'v1beta1',
  plural: 'serviceimports',
  kind: 'ServiceImport',
  namespaced: true,
};
