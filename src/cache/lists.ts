import type { KubeObject, Resource } from '#apis/meta.ts';
import type { KubeClient, ListOptions } from '#src/kube/client.ts';
import { isExpired, isTooLargeResourceVersion } from '#src/kube/errors.ts';
import type { Milliseconds } from '#src/runtime/clock.ts';
import { type CacheKey, keyOf } from './lister.ts';
import { compareVersions } from './version.ts';

/** One complete list, as of one version. */
export interface CompleteList<V> {
  items: V[];
  version: string;
  /** Keys of objects that are there, but could not be prepared. */
  unreadable: Set<CacheKey>;
}

export interface ListRequest<T extends KubeObject, V> {
  client: Pick<KubeClient, 'list' | 'listEach'>;
  resource: Resource<T>;
  scope: Pick<ListOptions, 'namespace' | 'labelSelector' | 'fieldSelector'>;
  /** Called for each object as it arrives; undefined: it cannot be read. */
  prepare: (object: T) => V | undefined;
  /** Undefined: all in one reply. */
  pageSize: number | undefined;
  /** Of each request. */
  timeoutMs: Milliseconds;
  /** Called before the newest state is asked for. */
  onNewest: () => void;
  signal: AbortSignal;
}

/**
 * Lists everything at a version: `0` takes whatever the watch cache holds, any other one something at least as
 * new, and an empty one the newest state. Where the version is expired or out of reach, or a page's continue
 * token expires, the newest state is asked for, once.
 */
export async function listAll<T extends KubeObject, V>(
  request: ListRequest<T, V>,
  version: string,
): Promise<CompleteList<V>> {
  try {
    return await listPages(request, version);
  } catch (error) {
    if (!isExpired(error) && !(version !== '' && isTooLargeResourceVersion(error))) throw error;
    return listPages(request, '');
  }
}

async function listPages<T extends KubeObject, V>(
  { client, resource, scope, prepare, pageSize, timeoutMs, onNewest, signal }: ListRequest<T, V>,
  version: string,
): Promise<CompleteList<V>> {
  if (version === '') onNewest();
  // Pages of a version above 0 would bypass the watch cache and load etcd instead.
  const paged = version === '' || version === '0';
  const items: V[] = [];
  const unreadable = new Set<CacheKey>();
  let next: string | undefined;
  for (;;) {
    const query = {
      ...scope,
      ...(paged && pageSize !== undefined ? { limit: pageSize } : {}),
      // The token holds the version of the first page.
      ...(next === undefined ? { resourceVersion: version } : { continue: next }),
      signal,
      timeoutMs,
      retry: false,
    };
    const page = await client.listEach(resource, query, (object) => {
      const prepared = prepare(object);
      if (prepared === undefined) unreadable.add(keyOf(object));
      else items.push(prepared);
    });
    if (page.continue === undefined) return { items, unreadable, version: page.resourceVersion };
    next = page.continue;
  }
}

/**
 * Whether a watch can begin at this version: the server has reached it, and has not lost what came after it.
 * One object is asked for; the answer's version, or the server's refusal, is all that counts.
 */
export async function canBeginAt<T extends KubeObject>(
  {
    client,
    resource,
    scope,
    timeoutMs,
    signal,
  }: Pick<ListRequest<T, unknown>, 'client' | 'resource' | 'scope' | 'timeoutMs' | 'signal'>,
  version: string,
): Promise<boolean> {
  try {
    const options = { ...scope, limit: 1, resourceVersion: version, timeoutMs, signal, retry: false };
    return compareVersions((await client.list(resource, options)).resourceVersion, version) >= 0;
  } catch (error) {
    // A server restored from a backup lags behind, or has gone far ahead and forgotten what was before.
    if (isTooLargeResourceVersion(error) || isExpired(error)) return false;
    throw error;
  }
}
