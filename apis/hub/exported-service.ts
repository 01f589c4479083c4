import type { SessionAffinityConfig } from '../kubernetes/service.ts';
import type { KubeObject, Resource } from '../meta.ts';
import type { ImportPort, ImportType } from '../multicluster/service-import.ts';
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

/** `<namespace>.<service>`: unambiguous, since neither part may hold a dot. */
export function exportedServiceName(namespace: string, service: string): string {
  return `${namespace}.${service}`;
}
