import { isDeepStrictEqual } from 'node:util';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { services } from '#apis/kubernetes/service.ts';
import { MANAGED_BY, MANAGED_BY_LABEL, SOURCE_CLUSTER_LABEL } from '#apis/labels.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import type { MemberCluster } from './cluster.ts';
import { eventually } from './eventually.ts';
import { derivedService } from './imported.ts';

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

/** The same, once every import in it has all that belongs to it: for what later pictures are compared with. */
export async function completePictureOf(member: MemberCluster, namespace: string): Promise<Picture> {
  return eventually(`a complete picture of ${namespace} in ${member.id}`, async () => {
    const { items } = await member.client.list(serviceImports, { namespace });
    for (const { metadata, spec, status } of items) {
      const wanting = (what: string) => new Error(`${metadata.name} has ${what}`);
      if (!status?.clusters?.length) throw wanting('no clusters');
      if (spec.type === 'Headless') continue;
      const derived = await derivedService(member, namespace, metadata.name);
      if (!isDeepStrictEqual(derived?.spec?.clusterIPs, spec.ips)) throw wanting('not its addresses');
      const ports = derived?.spec?.ports?.map(({ port }) => port);
      if (
        !isDeepStrictEqual(
          ports,
          spec.ports.map(({ port }) => port),
        )
      )
        throw wanting('other ports');
    }
    return pictureOf(member, namespace);
  });
}

/** Which objects are in a picture: what is kept under it is not deleted and made again. */
export function uidsIn(picture: Picture | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(picture ?? {}).map(([object, { uid }]) => [object, uid]));
}
