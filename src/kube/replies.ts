import { apiVersionOf, type KubeObject, type ObjectMeta, type Resource } from '#apis/meta.ts';
import type { ListPage } from './client.ts';
import { type Attempt, TransportError } from './errors.ts';
import { parseJson } from './json.ts';

/** Parses a reply, or throws a TransportError: what is no JSON did not come from an API server. */
export function parsed(attempt: Attempt, text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new TransportError(attempt, 'malformed', `the reply is no JSON that can be read: ${why}`, error);
  }
}

/** The object that a reply holds. */
export function objectOf<T extends KubeObject>(attempt: Attempt, text: string): T {
  const value = parsed(attempt, text);
  if (!isKubeObject(value)) throw new TransportError(attempt, 'malformed', 'the reply is no object');
  // What lies under a resource's path has that resource's shape: the API server validated it.
  return value as T;
}

/** The metadata of what was written, whether the server sent only that or the whole object. */
export function metadataOf(attempt: Attempt, text: string): ObjectMeta {
  return objectOf(attempt, text).metadata;
}

/** What is left after a delete: nothing where the reply is a Status, or an object without finalizers. */
export function remainsOf(attempt: Attempt, text: string): ObjectMeta | undefined {
  const value = parsed(attempt, text);
  if (!isKubeObject(value) || value.kind === 'Status') return undefined;
  const { metadata } = value;
  const finalizers = 'finalizers' in metadata ? metadata.finalizers : undefined;
  return Array.isArray(finalizers) && finalizers.length > 0 ? metadata : undefined;
}

/** One page of a list; servers leave kind and apiVersion off the items, and they are put back. */
export function pageOf<T extends KubeObject>(
  attempt: Attempt,
  resource: Resource<T>,
  text: string,
): ListPage<T> {
  const value = parsed(attempt, text);
  if (!isList(value)) throw new TransportError(attempt, 'malformed', 'the reply is no list');
  const { items, metadata } = value;
  const apiVersion = apiVersionOf(resource);
  for (const item of items ?? []) {
    item.apiVersion ??= apiVersion;
    item.kind ??= resource.kind;
  }
  return {
    items: (items ?? []) as T[],
    resourceVersion: metadata.resourceVersion,
    ...(metadata.continue ? { continue: metadata.continue } : {}),
  };
}

interface RawList {
  items: KubeObject[] | null;
  metadata: { resourceVersion: string; continue?: string };
}

function isList(value: unknown): value is RawList {
  if (!isRecord(value) || !isRecord(value['metadata'])) return false;
  const { items, metadata } = value;
  const versioned = typeof metadata['resourceVersion'] === 'string' && metadata['resourceVersion'] !== '';
  return versioned && (items === null || (Array.isArray(items) && items.every(isKubeObject)));
}

function isKubeObject(value: unknown): value is KubeObject {
  return isRecord(value) && isRecord(value['metadata']);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
