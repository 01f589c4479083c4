import { createTypeMetaGuard, Model, type TypeMeta } from '@kubernetes-models/base';
import { apiVersionOf, type Condition, type KubeObject, type ObjectMeta, type Resource } from '../meta.ts';
import { typed, type Untyped } from '../typed.ts';

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

/** Builds a complete ServiceExport from its parts; `is` tells one from other JSON by apiVersion and kind. */
export class ServiceExport extends Model<IServiceExport> implements IServiceExport, TypeMeta {
  static readonly apiVersion = apiVersionOf(serviceExports);
  static readonly kind = serviceExports.kind;
  static readonly is = createTypeMetaGuard<IServiceExport & TypeMeta>(ServiceExport);
  declare apiVersion: string;
  declare kind: string;
  declare metadata: ObjectMeta;
  declare spec?: NonNullable<IServiceExport['spec']>;
  declare status?: NonNullable<IServiceExport['status']>;

  constructor(data: Untyped<IServiceExport>) {
    super(typed(serviceExports, data));
  }
}
