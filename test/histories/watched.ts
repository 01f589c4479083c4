import type { KubeObject, Resource } from '#apis/meta.ts';
import type { KubeClient } from '#src/kube/client.ts';

/** One state of an object that the API server has shown, or its end. */
export interface Sight<T extends KubeObject> {
  /** When the event came; milliseconds since the epoch. */
  at: number;
  is: 'seen' | 'deleted';
  object: T;
}

const WATCH_SECONDS = 3_000;

/** Every object of one kind in one cluster, and all that becomes of them, through a watch of the test's own. */
export class Watched<T extends KubeObject> {
  readonly #present = new Map<string, Map<string, T>>();
  readonly #sights = new Map<string, Sight<T>[]>();
  readonly #abort = new AbortController();
  #ended: Promise<void> = Promise.resolve();

  /** `changed` is called after every event. */
  static async open<T extends KubeObject>(
    client: KubeClient,
    resource: Resource<T>,
    changed: () => void,
  ): Promise<Watched<T>> {
    const watched = new Watched<T>();
    const { resourceVersion } = await client.list(resource);
    watched.#ended = watched.#follow(client, resource, resourceVersion, changed);
    // Looked at in close(); until then a failure shows as a history that never comes to its end.
    watched.#ended.catch(() => undefined);
    return watched;
  }

  async #follow(client: KubeClient, resource: Resource<T>, from: string, changed: () => void): Promise<void> {
    let resourceVersion = from;
    const { signal } = this.#abort;
    while (!signal.aborted) {
      const options = { resourceVersion, timeoutSeconds: WATCH_SECONDS, signal };
      for await (const event of client.watch(resource, options)) {
        if (event.type === 'BOOKMARK') {
          resourceVersion = event.resourceVersion;
          continue;
        }
        const { object } = event;
        const { namespace = '', name } = object.metadata;
        resourceVersion = object.metadata.resourceVersion ?? resourceVersion;
        const is = event.type === 'DELETED' ? 'deleted' : 'seen';
        listIn(this.#sights, namespace).push({ at: Date.now(), is, object });
        if (is === 'deleted') this.#present.get(namespace)?.delete(name);
        else mapIn(this.#present, namespace).set(name, object);
        changed();
      }
    }
  }

  /** What is there now, of one namespace. */
  present(namespace: string): T[] {
    return [...(this.#present.get(namespace)?.values() ?? [])];
  }

  /** All that has been seen in a namespace, in order. */
  sights(namespace: string): readonly Sight<T>[] {
    return this.#sights.get(namespace) ?? [];
  }

  /** Forgets what has been seen in a namespace, but for what is there now. */
  forget(namespace: string): void {
    this.#sights.delete(namespace);
    if (this.#present.get(namespace)?.size === 0) this.#present.delete(namespace);
  }

  /** Rejects where the watch has failed, so that states were missed. */
  async close(): Promise<void> {
    this.#abort.abort();
    await this.#ended;
  }
}

function mapIn<T>(maps: Map<string, Map<string, T>>, key: string): Map<string, T> {
  const map = maps.get(key) ?? new Map<string, T>();
  maps.set(key, map);
  return map;
}

function listIn<T>(lists: Map<string, T[]>, key: string): T[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
