import type { KubeObject, Resource } from '#apis/meta.ts';
import type { ObjectKey } from './client.ts';

/** Path of a collection, of all namespaces where none is given. Throws for a namespace on a cluster-scoped kind. */
export function collectionPath(resource: Resource<KubeObject>, namespace: string | undefined): string {
  if (namespace !== undefined && !resource.namespaced) {
    throw new TypeError(`${resource.plural} are cluster-scoped: namespace ${namespace} makes no sense`);
  }
  const root =
    resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const within = namespace === undefined ? '' : `/namespaces/${segment(namespace)}`;
  return `${root}${within}/${resource.plural}`;
}

/** Path of one object, or of one of its subresources. Throws where the namespace is missing. */
export function objectPath(resource: Resource<KubeObject>, key: ObjectKey, subresource?: string): string {
  if (resource.namespaced && key.namespace === undefined) {
    throw new TypeError(`${resource.plural} live in namespaces: none is given for ${key.name}`);
  }
  const path = `${collectionPath(resource, key.namespace)}/${segment(key.name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** `?a=1&b=2` of the parameters that have a value; empty for none. */
export function queryString(parameters: Record<string, string | number | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  return query.size === 0 ? '' : `?${query}`;
}

/** How messages name a kind: `endpointslices.discovery.k8s.io`, `services`. */
export function resourceName(resource: Resource<KubeObject>): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
}

/** How messages name an object or a collection. */
export function targetName(resource: Resource<KubeObject>, namespace?: string, name?: string): string {
  const where = [namespace, name].filter((part) => part !== undefined).join('/');
  if (name !== undefined) return `${resourceName(resource)} ${where}`;
  return namespace === undefined ? resourceName(resource) : `${resourceName(resource)} in ${namespace}`;
}

function segment(part: string): string {
  // Names of these would climb out of their collection even when encoded.
  if (part === '' || part === '.' || part === '..') throw new TypeError(`"${part}" is not a name`);
  return encodeURIComponent(part);
}
