import { setTimeout as pause } from 'node:timers/promises';
import type { KubeObject, Resource } from '#apis/meta.ts';
import type { KubeClient, WatchEvent } from '#src/kube/client.ts';
import { isExpired } from '#src/kube/errors.ts';

/** One state of an object that the API server has shown, or its end. */
export interface Sight<T extends KubeObject> {
  /** When it was seen; milliseconds since the epoch. */
  at: number;
  /** Since when it may have been so, where nobody looked on for a while. */
  since?: number;
  is: 'seen' | 'deleted';
  object: T;
}

/** A time in which nobody looked on: states that came and went are unknown. */
export interface Gap {
  from: number;
  until: number;
}

/** Lists and watches one kind. */
export interface Source<T extends KubeObject> {
  list(): Promise<{ items: T[]; resourceVersion: string }>;
  watch(resourceVersion: string, signal: AbortSignal): AsyncIterable<WatchEvent<T>>;
}

const WATCH_SECONDS = 3_000;
const RETRY_MS = 50;

/**
 * Every object of one kind in one cluster, and what becomes of those in the namespaces that are followed, through a
 * watch of the test's own. A server that goes away is asked again until it is back; what was missed meanwhile is
 * told from a list.
 */
export class Watched<T extends KubeObject> {
  readonly #present = new Map<string, Map<string, T>>();
  readonly #sights = new Map<string, Sight<T>[]>();
  readonly #gaps: Gap[] = [];
  readonly #abort = new AbortController();
  readonly #source: Source<T>;
  readonly #changed: () => void;
  #version = '';
  /** Whether states may have been missed. */
  #missed = false;
  /** Ends the present watch. */
  #round = new AbortController();
  /** When something came last. */
  #heard = Date.now();
  #ended: Promise<void> = Promise.resolve();

  private constructor(source: Source<T>, changed: () => void) {
    this.#source = source;
    this.#changed = changed;
  }

  /** `changed` is called after every event. */
  static async open<T extends KubeObject>(source: Source<T>, changed: () => void): Promise<Watched<T>> {
    const watched = new Watched<T>(source, changed);
    await watched.#list();
    watched.#ended = watched.#follow();
    return watched;
  }

  /** From now on what is seen in this namespace is kept. */
  follow(namespace: string): void {
    if (!this.#sights.has(namespace)) this.#sights.set(namespace, []);
  }

  /** What is there now, of one namespace. */
  present(namespace: string): T[] {
    return [...(this.#present.get(namespace)?.values() ?? [])];
  }

  /** All that has been seen in a namespace since it is followed, in order. */
  sights(namespace: string): readonly Sight<T>[] {
    return this.#sights.get(namespace) ?? [];
  }

  /** When nobody looked on. */
  get gaps(): readonly Gap[] {
    return this.#gaps;
  }

  /** Forgets what has been seen in a namespace, and follows it no longer. */
  forget(namespace: string): void {
    this.#sights.delete(namespace);
    this.#gaps.length = 0;
  }

  /** The server is another than before: what its watch brings says nothing of what is there. */
  listsAgain(): void {
    this.#missed = true;
    this.#round.abort();
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await this.#ended;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      this.#round = new AbortController();
      try {
        if (this.#missed) await this.#list();
        await this.#watch(AbortSignal.any([signal, this.#round.signal]));
      } catch (error) {
        this.#missed ||= isExpired(error);
        await pause(RETRY_MS, undefined, { signal }).catch(() => {});
      }
    }
  }

  async #watch(signal: AbortSignal): Promise<void> {
    for await (const event of this.#source.watch(this.#version, signal)) {
      this.#heard = Date.now();
      if (event.type === 'BOOKMARK') {
        this.#version = event.resourceVersion;
        continue;
      }
      const { object } = event;
      this.#version = object.metadata.resourceVersion ?? this.#version;
      this.#took({ at: this.#heard, is: event.type === 'DELETED' ? 'deleted' : 'seen', object });
      this.#changed();
    }
  }

  /** Takes over the newest state: all that differs from the one before became so at some time since. */
  async #list(): Promise<void> {
    this.#missed = false;
    const { items, resourceVersion } = await this.#source.list().catch((error: unknown) => {
      this.#missed = true;
      throw error;
    });
    const at = Date.now();
    const since = this.#heard;
    if (this.#version !== '') this.#gaps.push({ from: since, until: at });
    this.#version = resourceVersion;
    this.#heard = at;
    const listed = new Map(items.map((object) => [keyOf(object), object]));
    for (const object of [...this.#present.values()].flatMap((those) => [...those.values()])) {
      if (listed.get(keyOf(object))?.metadata.uid === object.metadata.uid) continue;
      this.#took({ at, since, is: 'deleted', object });
    }
    for (const object of items) {
      const { namespace = '', name, resourceVersion: version } = object.metadata;
      const known = this.#present.get(namespace)?.get(name);
      if (known?.metadata.resourceVersion !== version) this.#took({ at, since, is: 'seen', object });
    }
    this.#changed();
  }

  #took(sight: Sight<T>): void {
    const { namespace = '', name } = sight.object.metadata;
    this.#sights.get(namespace)?.push(sight);
    const present = this.#present.get(namespace) ?? new Map<string, T>();
    if (sight.is === 'deleted') present.delete(name);
    else present.set(name, sight.object);
    if (present.size === 0) this.#present.delete(namespace);
    else this.#present.set(namespace, present);
  }
}

/** All of one kind in a cluster. */
export function allOf<T extends KubeObject>(client: KubeClient, resource: Resource<T>): Source<T> {
  return {
    list: () => client.list(resource),
    watch: (resourceVersion, signal) =>
      client.watch(resource, { resourceVersion, timeoutSeconds: WATCH_SECONDS, signal }),
  };
}

function keyOf({ metadata: { namespace = '', name } }: KubeObject): string {
  return `${namespace}/${name}`;
}
