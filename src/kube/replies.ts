import { apiVersionOf, type KubeObject, type ObjectMeta, type Resource } from '#apis/meta.ts';
import type { PageEnd } from './client.ts';
import { type Attempt, TransportError } from './errors.ts';
import { parseBounded, parseJson } from './json.ts';
import { ListScanner } from './list-scanner.ts';

/** Parses a reply, or throws a TransportError: what is no JSON did not come from an API server. */
export function parsed(attempt: Attempt, text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw error instanceof SyntaxError ? malformed(attempt, error) : error;
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

/**
 * Reads one page of a list as it arrives, and hands on each item. Servers leave kind and apiVersion off the
 * items; they are put back.
 */
export async function readPage<T extends KubeObject>(
  attempt: Attempt,
  resource: Resource<T>,
  body: AsyncIterable<Buffer>,
  onItem: (item: T) => void,
): Promise<PageEnd> {
  const apiVersion = apiVersionOf(resource);
  const scanner = new ListScanner((text, nestsTooDeep) => {
    const item = nestsTooDeep ? parseJson(text) : parseBounded(text);
    if (!isNamedObject(item)) throw new SyntaxError('the list holds an item without a name');
    item.apiVersion ??= apiVersion;
    item.kind ??= resource.kind;
    // What lies under a resource's path has that resource's shape: the API server validated it.
    onItem(item as T);
  });
  try {
    for await (const chunk of body) scanner.push(chunk);
    return pageEndOf(parseJson(scanner.end()));
  } catch (error) {
    throw error instanceof SyntaxError ? malformed(attempt, error) : error;
  }
}

function pageEndOf(value: unknown): PageEnd {
  const metadata = isRecord(value) && isRecord(value['metadata']) ? value['metadata'] : {};
  const { resourceVersion, continue: next } = metadata;
  if (typeof resourceVersion !== 'string' || resourceVersion === '') {
    throw new SyntaxError('the reply is no list of a version');
  }
  return { resourceVersion, ...(typeof next === 'string' && next !== '' ? { continue: next } : {}) };
}

function malformed(attempt: Attempt, error: Error): TransportError {
  return new TransportError(attempt, 'malformed', `the reply cannot be read: ${error.message}`, error);
}

/** Whether a cache can file it: it has a name, and the other parts that caches go by are text where there are any. */
export function isNamedObject(value: unknown): value is KubeObject {
  if (!isKubeObject(value)) return false;
  const metadata: Partial<Record<keyof ObjectMeta, unknown>> = value.metadata;
  const { name, namespace = '', uid = '', resourceVersion = '' } = metadata;
  return name !== '' && [name, namespace, uid, resourceVersion].every((part) => typeof part === 'string');
}

function isKubeObject(value: unknown): value is KubeObject {
  return isRecord(value) && isRecord(value['metadata']);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
