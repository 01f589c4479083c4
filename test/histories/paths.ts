import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import { services } from '#apis/kubernetes/service.ts';
import { apiVersionOf, type KubeObject, type Resource } from '#apis/meta.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import type { KubeClient } from '#src/kube/client.ts';

/** Deletes a namespace step by step, `after` each telling of it; resolves with the time at which all else began to go. */
export async function emptyNamespace(
  client: KubeClient,
  namespace: string,
  after: (part: 'namespace' | 'exports', from: number) => void = () => {},
): Promise<number> {
  let from = Date.now();
  const path = pathOf(namespaces, undefined, namespace);
  const present = (await client.request('DELETE', path)) as KubeObject;
  after('namespace', from);
  from = Date.now();
  await client.request('DELETE', pathOf(serviceExports, namespace));
  after('exports', from);
  from = Date.now();
  for (const resource of [serviceImports, services, endpointSlices]) {
    await client.request('DELETE', pathOf(resource, namespace));
  }
  await client.request('PUT', `${path}/finalize`, {
    ...present,
    metadata: { name: present.metadata.name },
    spec: { finalizers: [] },
  });
  return from;
}

/** The path of a collection or of one object. */
export function pathOf(resource: Resource<KubeObject>, namespace?: string, name?: string): string {
  const version = apiVersionOf(resource);
  const group = resource.group === '' ? `/api/${version}` : `/apis/${version}`;
  const scope = namespace === undefined ? '' : `/namespaces/${namespace}`;
  return `${group}${scope}/${resource.plural}${name === undefined ? '' : `/${name}`}`;
}
