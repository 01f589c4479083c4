import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { services } from '#apis/kubernetes/service.ts';
import { SERVICE_NAME_LABEL } from '#apis/labels.ts';
import type { KubeObject } from '#apis/meta.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import { derivedServiceName } from '#controllers/endpoints/names.ts';
import type { MemberCluster } from './cluster.ts';

/**
 * All that an import consists of, by kind and name, whole but for what every write changes: UIDs, versions and
 * times. To be compared with itself: what somebody did to it must be undone.
 */
export async function importedObjects(
  { client }: MemberCluster,
  namespace: string,
  name: string,
): Promise<Record<string, unknown>> {
  const [imports, derived, slices] = await Promise.all([
    client.list(serviceImports, { namespace }),
    client.list(services, { namespace }),
    client.list(endpointSlices, { namespace }),
  ]);
  const objects: KubeObject[] = [
    ...imports.items.filter(({ metadata }) => metadata.name === name),
    ...derived.items.filter(({ metadata }) => metadata.name === derivedServiceName(namespace, name)),
    // By either mark: a slice that has lost one of them is a slice of the import still.
    ...slices.items.filter(
      ({ metadata: { name: of, labels } }) =>
        labels?.[SERVICE_NAME_LABEL] === name ||
        (of.startsWith(`${name}-`) &&
          labels?.['endpointslice.kubernetes.io/managed-by'] === 'member.tombolo.dev'),
    ),
  ];
  return Object.fromEntries(
    objects.map((object) => [`${object.kind} ${object.metadata.name}`, lasting(object)]),
  );
}

function lasting(object: KubeObject): unknown {
  return JSON.parse(JSON.stringify(object, (key, value: unknown) => (CHANGING.has(key) ? undefined : value)));
}

const CHANGING = new Set([
  'uid',
  'resourceVersion',
  'generation',
  'observedGeneration',
  'creationTimestamp',
  'managedFields',
]);
