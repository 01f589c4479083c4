import { createTypeMetaGuard, Model, type TypeMeta } from '@kubernetes-models/base';
import type { SessionAffinityConfig } from '../kubernetes/service.ts';
import { apiVersionOf, type Condition, type KubeObject, type ObjectMeta, type Resource } from '../meta.ts';
import { typed, type Untyped } from '../typed.ts';

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

/** Builds a complete ServiceImport from its parts; `is` tells one from other JSON by apiVersion and kind. */
export class ServiceImport extends Model<IServiceImport> implements IServiceImport, TypeMeta {
  static readonly apiVersion = apiVersionOf(serviceImports);
  static readonly kind = serviceImports.kind;
  static readonly is = createTypeMetaGuard<IServiceImport & TypeMeta>(ServiceImport);
  declare apiVersion: string;
  declare kind: string;
  declare metadata: ObjectMeta;
  declare spec: IServiceImport['spec'];
  declare status?: NonNullable<IServiceImport['status']>;

  constructor(data: Untyped<IServiceImport>) {
    super(typed(serviceImports, data));
  }
}
