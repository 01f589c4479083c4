import type { KubeObject } from '#apis/meta.ts';
import type { IndexFunction } from '#src/cache/contract.ts';
import { Store } from '#src/cache/store.ts';

/** A real store that holds these objects, for what only looks things up. `synced`: by a complete list. */
export function filled<V extends KubeObject>(
  indexes: Record<string, IndexFunction<V>>,
  objects: readonly V[] = [],
  { synced = true } = {},
): Store<V> {
  const store = new Store<V>({
    indexes,
    freeze: true,
    onListenerError(error) {
      throw error;
    },
  });
  const items = objects.map((object, at) => ({
    ...object,
    metadata: { ...object.metadata, resourceVersion: String(at + 1) },
  }));
  if (synced) store.replace({ items, version: String(items.length + 1), unreadable: new Set() });
  else for (const item of items) store.changed(item);
  return store;
}
