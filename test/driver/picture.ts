import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { services } from '#apis/kubernetes/service.ts';
import { MANAGED_BY, MANAGED_BY_LABEL, SOURCE_CLUSTER_LABEL } from '#apis/labels.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import type { MemberCluster } from './cluster.ts';

/** What clients in one namespace of one cluster can see of the set. */
export interface Picture {
  [object: string]: { uid: string; [shown: string]: unknown };
}

/**
 * Everything imported into a namespace, by kind and name. With UIDs, so that what was deleted and made again is
 * not taken for what was kept; without versions and our own notes, which may be written anew.
 */
export async function pictureOf({ client }: MemberCluster, namespace: string): Promise<Picture> {
  const [imports, derived, slices] = await Promise.all([
    client.list(serviceImports, { namespace }),
    client.list(services, { namespace, labelSelector: `${MANAGED_BY_LABEL}=${MANAGED_BY}` }),
    client.list(endpointSlices, { namespace, labelSelector: SOURCE_CLUSTER_LABEL }),
  ]);
  return Object.fromEntries([
    ...imports.items.map(({ metadata, spec, status }) => [
      `ServiceImport ${metadata.name}`,
      { uid: metadata.uid ?? '', spec, clusters: status?.clusters },
    ]),
    ...derived.items.map(({ metadata, spec }) => [
      `Service ${metadata.name}`,
      { uid: metadata.uid ?? '', clusterIPs: spec?.clusterIPs, ports: spec?.ports },
    ]),
    ...slices.items.map(({ metadata, endpoints, ports }) => [
      `EndpointSlice ${metadata.name}`,
      { uid: metadata.uid ?? '', endpoints, ports },
    ]),
  ]);
}

/** Which objects are in a picture: what is kept under it is not deleted and made again. */
export function uidsIn(picture: Picture | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(picture ?? {}).map(([object, { uid }]) => [object, uid]));
}
