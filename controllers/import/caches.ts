import type { KubeObject } from '#apis/meta.ts';
import type { Informer } from '#src/cache/contract.ts';

/** What the import loops ask of a cache: an informer is one. */
export type Cache<T extends KubeObject, V extends KubeObject = T> = Pick<
  Informer<T, V>,
  'get' | 'byIndex' | 'list' | 'synced' | 'addListener' | 'resource'
>;
