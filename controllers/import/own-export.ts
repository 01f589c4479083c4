import { exportedServiceName, type IExportedService } from '#apis/hub/exported-service.ts';
import { IDENTITY_NAMESPACE, type INamespace } from '#apis/kubernetes/namespace.ts';
import { ValidReason } from '#apis/multicluster/conditions.ts';
import type { LocalExports } from '#controllers/export/local-exports.ts';
import { cacheKey, type Lister } from '#src/cache/lister.ts';

/** What this cluster itself exports under one name, by its own caches. */
export type OwnExport =
  | { is: 'exported'; record: IExportedService }
  /** `uid`: of this cluster's kube-system. */
  | { is: 'not exported'; uid: string; why: string }
  /** The caches or the set's rules that decide it have not been read. */
  | { is: 'unknown' };

export interface OwnExportDeps {
  exports: Pick<LocalExports, 'complete' | 'decide' | 'serviceExport'>;
  hub: { readonly readable: boolean };
  local: { namespaces: Pick<Lister<INamespace>, 'get'> };
}

/**
 * Reads the own export. Its record looks as it would on the hub, except that no inventory vouches for it
 * (sequence 0): what it says of absence is decided by these caches, which are where inventories come from.
 */
export function ownExport(deps: OwnExportDeps, namespace: string, name: string): OwnExport {
  const key = cacheKey(namespace, name);
  const uid = deps.local.namespaces.get(IDENTITY_NAMESPACE)?.metadata.uid;
  if (!deps.exports.complete || uid === undefined) return { is: 'unknown' };
  const decision = deps.exports.decide(key);
  if (decision.publish) {
    const { uid: exportUID = '', creationTimestamp = '' } = deps.exports.serviceExport(key)?.metadata ?? {};
    return {
      is: 'exported',
      record: {
        metadata: { name: exportedServiceName(namespace, name) },
        spec: {
          ...decision.spec,
          service: { namespace, name },
          export: { uid: exportUID, creationTimestamp },
          inventory: { sequence: 0, slices: [] },
          asserted: { uid, sequence: 0 },
        },
      },
    };
  }
  // WARNING: an exception in the ClusterSet may allow the namespace. Before it is read a denial is no reason
  // to remove anything, or a restart without the hub would withdraw the own endpoints.
  if (decision.reason === ValidReason.NamespaceNotAllowed && !deps.hub.readable) return { is: 'unknown' };
  return { is: 'not exported', uid, why: decision.message };
}
