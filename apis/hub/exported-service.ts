import { createTypeMetaGuard, Model, type TypeMeta } from '@kubernetes-models/base';
import type { SessionAffinityConfig } from '../kubernetes/service.ts';
import { apiVersionOf, type KubeObject, type ObjectMeta, type Resource } from '../meta.ts';
import type { ImportPort, ImportType } from '../multicluster/service-import.ts';
import { typed, type Untyped } from '../typed.ts';
import type { Asserted } from './asserted.ts';
import type { StalenessAction } from './cluster-set.ts';

/** What a member publishes about one exported Service. Named `<namespace>.<service>`. */
export interface IExportedService extends KubeObject {
  spec: {
    /** Namespace and name of the Service; they must spell the object's own name. Immutable. */
    service: { namespace: string; name: string };
    /** Identity and age of the ServiceExport: another UID is another place in the line. */
    export: { uid: string; creationTimestamp: string };
    type: ImportType;
    ports: ImportPort[];
    ipFamilies?: string[];
    sessionAffinity?: string;
    sessionAffinityConfig?: SessionAffinityConfig;
    internalTrafficPolicy?: string;
    trafficDistribution?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    /** What becomes of these endpoints while the member is unreachable; absent: what the ClusterSet says. */
    staleness?: StalenessAction;
    /** The slices of this service: the hashes that name their records. */
    inventory: { sequence: number; slices: string[] };
    asserted: Asserted;
  };
}

export const exportedServices: Resource<IExportedService> = {
  group: 'hub.tombolo.dev',
  version: 'v1alpha1',
  plural: 'exportedservices',
  kind: 'ExportedService',
  namespaced: true,
};

/** Builds a complete ExportedService from its parts; `is` tells one from other JSON by apiVersion and kind. */
export class ExportedService extends Model<IExportedService> implements IExportedService, TypeMeta {
  static readonly apiVersion = apiVersionOf(exportedServices);
  static readonly kind = exportedServices.kind;
  static readonly is = createTypeMetaGuard<IExportedService & TypeMeta>(ExportedService);
  declare apiVersion: string;
  declare kind: string;
  declare metadata: ObjectMeta;
  declare spec: IExportedService['spec'];

  constructor(data: Untyped<IExportedService>) {
    super(typed(exportedServices, data));
  }
}

/** `<namespace>.<service>`: unambiguous, since neither part may hold a dot. */
export function exportedServiceName(namespace: string, service: string): string {
  return `${namespace}.${service}`;
}
