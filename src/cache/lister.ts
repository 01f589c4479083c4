import type { KubeObject } from '#apis/meta.ts';

/** `namespace/name`, or `name` for cluster-scoped kinds. */
export type CacheKey = string;

/** Key of an object as caches hold it. */
export function keyOf(object: KubeObject): CacheKey {
  return cacheKey(object.metadata.namespace, object.metadata.name);
}

/** Key from its parts. */
export function cacheKey(namespace: string | undefined, name: string): CacheKey {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** Takes a key apart again. */
export function splitKey(key: CacheKey): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return { namespace: slash < 0 ? '' : key.slice(0, slash), name: key.slice(slash + 1) };
}

/** Read access to a cache: what reconcilers get. Objects are shared and must never be changed. */
export interface Lister<T extends KubeObject> {
  get(key: CacheKey): T | undefined;
  /** All objects that an index function filed under `value`; empty for none. Throws for an unknown index. */
  byIndex(index: string, value: string): readonly T[];
  list(): IterableIterator<T>;
  readonly size: number;
  /** True once one complete list has been taken over; it never becomes false again. */
  readonly synced: boolean;
}

/** One change of a cache. `oldObject` or `newObject` is undefined for an addition or a removal. */
export interface CacheChange<T extends KubeObject> {
  key: CacheKey;
  oldObject: T | undefined;
  newObject: T | undefined;
  /** False for what a list brought, at the start or after a gap: the backlog lane, not the live one. */
  live: boolean;
  /** A removal noticed by a relist: the last known state is in oldObject, the true final one is unknown. */
  finalStateUnknown?: boolean;
}

/** Called in the same tick as the change; it must only note keys. */
export type CacheListener<T extends KubeObject> = (change: CacheChange<T>) => void;
