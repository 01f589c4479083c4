import type { KubeObject } from '#apis/meta.ts';
import type { Informer } from '#src/cache/contract.ts';
import type { Lister } from '#src/cache/lister.ts';

/** What the import loops ask of a cache: an informer is one. */
export type Cache<T extends KubeObject, V extends KubeObject = T> = Pick<
  Informer<T, V>,
  'get' | 'byIndex' | 'list' | 'synced' | 'addListener' | 'resource'
>;

/** A cache, only to look things up in. */
export type Lookup<V extends KubeObject> = Pick<Lister<V>, 'get' | 'byIndex' | 'list'>;
