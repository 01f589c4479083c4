import type { IService } from '#apis/kubernetes/service.ts';
import type { IServiceExport } from '#apis/multicluster/service-export.ts';
import type { ClusterState, HubState, State } from './state.ts';

/** One cluster that exports the Service, and may. */
export interface Exporter {
  readonly cluster: ClusterState;
  readonly service: IService;
  readonly export: IServiceExport;
}

/** Reason of an export's Valid condition. */
export type Validity =
  | 'Valid'
  | 'NamespaceNotAllowed'
  | 'NoService'
  | 'InvalidServiceType'
  | 'ImportedService';

/** SEMANTICS 3.12: the system's own namespaces, ours, and the hub's. */
const SYSTEM = /^(kube-.*|openshift-.*|tombolo|tombolo-.*|member-.*)$/;

/** SEMANTICS 3.5, 29, 30, 11: whether a ServiceExport counts, and why not. */
export function validityOf(
  { metadata: { namespace = '', name } }: IServiceExport,
  cluster: ClusterState,
  hub: HubState,
): Validity {
  if (!mayTravel(namespace, cluster.id, hub)) return 'NamespaceNotAllowed';
  const service = cluster.services.find(
    ({ metadata }) => metadata.namespace === namespace && metadata.name === name,
  );
  if (service === undefined) return 'NoService';
  if (service.spec?.type === 'ExternalName') return 'InvalidServiceType';
  const fromImport = service.metadata.ownerReferences?.some(({ kind }) => kind === 'ServiceImport');
  return fromImport ? 'ImportedService' : 'Valid';
}

function mayTravel(namespace: string, cluster: string, hub: HubState): boolean {
  const denied = SYSTEM.test(namespace) || hub.deny.includes(namespace);
  if (denied && !hub.allow.includes(namespace)) return false;
  return hub.allowedNamespaces[cluster]?.includes(namespace) ?? true;
}

/** SEMANTICS 3.1: the valid exports of one Service, the one that decides first. */
export function exportersOf({ clusters, hub }: State, namespace: string, name: string): Exporter[] {
  const exporters: Exporter[] = [];
  for (const cluster of clusters) {
    if (hub.removed.includes(cluster.id)) continue;
    const isNamed = ({ metadata }: { metadata: { namespace?: string; name: string } }) =>
      metadata.namespace === namespace && metadata.name === name;
    const found = cluster.exports.find(isNamed);
    const service = cluster.services.find(isNamed);
    if (found === undefined || service === undefined) continue;
    if (validityOf(found, cluster, hub) !== 'Valid') continue;
    exporters.push({ cluster, service, export: found });
  }
  return exporters.sort((a, b) => age(a, hub) - age(b, hub) || (a.cluster.id < b.cluster.id ? -1 : 1));
}

/** min(claim, hub's own time), or the hub's time alone. */
function age({ export: { metadata } }: Exporter, hub: HubState): number {
  const claimed = Date.parse(metadata.creationTimestamp ?? '');
  const recorded = Date.parse(hub.recordedAt[metadata.uid ?? ''] ?? '');
  if (hub.precedence === 'HubTime') return recorded;
  return Number.isNaN(recorded) ? claimed : Math.min(claimed, recorded);
}
