import type { StalenessAction } from '#apis/hub/cluster-set.ts';
import type { IExportedService } from '#apis/hub/exported-service.ts';
import type { IService, ServicePort, SessionAffinityConfig } from '#apis/kubernetes/service.ts';
import { MANAGED_BY, MANAGED_BY_LABEL, SERVICE_NAME_LABEL, STALENESS_ANNOTATION } from '#apis/labels.ts';
import { ValidReason } from '#apis/multicluster/conditions.ts';
import { type IServiceExport, serviceExports } from '#apis/multicluster/service-export.ts';
import type { ImportPort, ImportType } from '#apis/multicluster/service-import.ts';
import { filterExported } from '#controllers/conflict/metadata.ts';
import type { NamespaceVerdict } from '#controllers/conflict/namespace-rules.ts';

/** The part of an ExportedService that the resolver reads: what the Service and its ServiceExport say. */
export type ExportSpec = Omit<IExportedService['spec'], 'service' | 'export' | 'inventory' | 'asserted'>;

/** What there is of one name in this cluster, and what the set's rules say of its namespace. */
export interface ExportInput {
  serviceExport: IServiceExport | undefined;
  service: IService | undefined;
  namespaceRule: NamespaceVerdict;
}

/** Why a Service is not exported: a reason of Valid being False, or that nobody asked for it. */
export type RefusalReason = Exclude<ValidReason, 'Valid'> | 'NotExported';

export type ExportDecision =
  /** `remark`: what of the ServiceExport is not followed, in one sentence. */
  | { publish: true; spec: ExportSpec; remark?: string }
  | { publish: false; reason: RefusalReason; message: string };

/**
 * Whether this Service is exported, and as what. The same answer feeds the records, the inventory, the
 * conditions and the import of the cluster's own endpoints.
 *
 * A ServiceExport that is being deleted counts as absent: its deletion is the wish to unexport (KEP-1645,
 * "Exporting Services"), and somebody else's finalizer must not keep the endpoints published. A Service that
 * is being deleted counts as present until it is gone, since its own cluster serves it just as long.
 */
export function decideExport({ serviceExport, service, namespaceRule }: ExportInput): ExportDecision {
  if (serviceExport === undefined || serviceExport.metadata.deletionTimestamp !== undefined) {
    return refuse('NotExported', 'there is no ServiceExport');
  }
  // First the reason that no change of the Service can cure.
  if (!namespaceRule.allowed) return refuse(ValidReason.NamespaceNotAllowed, namespaceRule.why);
  if (service === undefined) {
    const { namespace, name } = serviceExport.metadata;
    return refuse(ValidReason.NoService, `there is no Service ${namespace}/${name}`);
  }
  if (service.spec?.type === 'ExternalName') {
    return refuse(ValidReason.InvalidServiceType, 'a Service of type ExternalName cannot be exported');
  }
  const origin = importOrigin(service);
  if (origin !== undefined) {
    return refuse(ValidReason.ImportedService, `the Service is itself made from an import: ${origin}`);
  }
  const remark = stalenessRemark(serviceExport);
  return { publish: true, spec: exportSpec(serviceExport, service), ...(remark !== undefined && { remark }) };
}

function refuse(reason: RefusalReason, message: string): ExportDecision {
  return { publish: false, reason, message };
}

/** Exporting what an import made would multiply it from cluster to cluster. */
function importOrigin({ metadata }: IService): string | undefined {
  const owner = metadata.ownerReferences?.find(
    ({ kind, apiVersion }) => kind === 'ServiceImport' && apiVersion.startsWith(`${serviceExports.group}/`),
  );
  if (owner !== undefined) return `it is owned by ServiceImport ${owner.name}`;
  if (metadata.labels?.[MANAGED_BY_LABEL] === MANAGED_BY) return `its label ${MANAGED_BY_LABEL} says so`;
  if (metadata.labels?.[SERVICE_NAME_LABEL] !== undefined) return `it has the label ${SERVICE_NAME_LABEL}`;
  return undefined;
}

function exportSpec(serviceExport: IServiceExport, service: IService): ExportSpec {
  const { spec } = service;
  const labels = filterExported(serviceExport.spec?.exportedLabels, 'labels').kept;
  const annotations = filterExported(serviceExport.spec?.exportedAnnotations, 'annotations').kept;
  const staleness = stalenessOverride(serviceExport);
  return {
    type: exportType(service),
    ports: (spec?.ports ?? []).map(exportPort),
    ...(spec?.ipFamilies && { ipFamilies: [...spec.ipFamilies] }),
    ...(spec?.sessionAffinity && { sessionAffinity: spec.sessionAffinity }),
    ...affinityConfig(spec?.sessionAffinityConfig),
    ...(spec?.internalTrafficPolicy && { internalTrafficPolicy: spec.internalTrafficPolicy }),
    ...(spec?.trafficDistribution && { trafficDistribution: spec.trafficDistribution }),
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
    ...(staleness && { staleness }),
  };
}

/** Any other text is no override: a slip of the pen must not change what an outage does. */
function stalenessOverride({ metadata }: IServiceExport): StalenessAction | undefined {
  const value = metadata.annotations?.[STALENESS_ANNOTATION];
  if (value === 'keep') return 'Keep';
  return value === 'withdraw' ? 'Withdraw' : undefined;
}

/** Whoever meant to keep endpoints must learn before the outage that they will not be kept. */
function stalenessRemark(serviceExport: IServiceExport): string | undefined {
  const value = serviceExport.metadata.annotations?.[STALENESS_ANNOTATION];
  if (value === undefined || stalenessOverride(serviceExport) !== undefined) return undefined;
  const shown = JSON.stringify(value.slice(0, 40));
  return `The annotation ${STALENESS_ANNOTATION} is ignored: it must be keep or withdraw, and is ${shown}.`;
}

/** Only what the hub's schema has: a field of a later Kubernetes would be pruned and look like a difference. */
function affinityConfig(
  config: SessionAffinityConfig | undefined,
): Pick<ExportSpec, 'sessionAffinityConfig'> {
  const timeoutSeconds = config?.clientIP?.timeoutSeconds;
  return timeoutSeconds === undefined ? {} : { sessionAffinityConfig: { clientIP: { timeoutSeconds } } };
}

/** NodePort and LoadBalancer are ClusterSetIP: what they add is for clients outside of any cluster. */
function exportType(service: IService): ImportType {
  return service.spec?.clusterIP === 'None' ? 'Headless' : 'ClusterSetIP';
}

/** Neither targetPort nor nodePort travels: endpoints carry the pod's port, the import the Service's. */
function exportPort({ name, protocol, appProtocol, port }: ServicePort): ImportPort {
  return {
    ...(name && { name }),
    protocol: protocol ?? 'TCP',
    ...(appProtocol && { appProtocol }),
    port,
  };
}
