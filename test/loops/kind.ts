import type { KubeObject, Resource } from '#apis/meta.ts';
import * as importing from '#controllers/import/indexes.ts';
import * as membership from '#controllers/membership/indexes.ts';
import type { IndexFunction, Informer, Writer } from '#src/cache/contract.ts';
import { keyOf } from '#src/cache/lister.ts';
import { Store } from '#src/cache/store.ts';
import { readPage } from '#src/kube/replies.ts';

/** Every index that a member's agent keeps over hub kinds. */
export const SERVICE_INDEXES = { ...membership.exportedServiceIndexes, ...importing.exportedServiceIndexes };
export const SLICE_RECORD_INDEXES = membership.exportedSliceIndexes;
export const SLICE_INDEXES = { ...membership.sourceSliceIndexes, ...importing.sliceIndexes };

/** What an agent did to an object of one kind. */
export interface Write {
  verb: 'create' | 'update' | 'updateStatus' | 'delete';
  resource: Resource<KubeObject>;
  object: KubeObject;
}

type FakeInformer<T extends KubeObject, V extends KubeObject> = Pick<
  Informer<T, V>,
  | 'get'
  | 'byIndex'
  | 'list'
  | 'size'
  | 'synced'
  | 'version'
  | 'resource'
  | 'health'
  | 'addListener'
  | 'onHealthChange'
  | 'relist'
  | 'waitForSync'
>;

/** One kind of one API server, without the wire: a real store, fed by the real parser or event by event, and written to as by a server. */
export class Kind<T extends KubeObject, V extends KubeObject = T> {
  readonly store: Store<V>;
  readonly resource: Resource<T>;
  readonly #project: (object: T) => V;
  readonly #writes: Write[];
  readonly #versions: { next: number };

  constructor(
    resource: Resource<T>,
    given: {
      project: (object: T) => V;
      indexes?: Record<string, IndexFunction<V>>;
      writes: Write[];
      versions: { next: number };
    },
  ) {
    this.resource = resource;
    this.#project = given.project;
    this.#writes = given.writes;
    this.#versions = given.versions;
    this.store = new Store<V>({
      indexes: given.indexes,
      onListenerError(error) {
        throw error;
      },
    });
  }

  /** Takes over what a server sent, each object as JSON, or rejects with the TransportError of a reply that is none. */
  async shows(objects: readonly string[]): Promise<void> {
    const version = String(this.#versions.next++ + 1_000);
    const text = `{"kind":"List","metadata":{"resourceVersion":"${version}"},"items":[${objects.join(',')}]}`;
    const items: V[] = [];
    const attempt = { cluster: 'hub', verb: 'list', target: this.resource.plural } as const;
    await readPage(attempt, this.resource, chunks(text), (object) => void items.push(this.#project(object)));
    this.store.beginReset();
    this.store.replace({ items, version, unreadable: new Set() }, { reset: true });
  }

  /** Somebody else creates or changes an object, and the watch shows it. */
  changes(object: T): void {
    const uid = this.store.get(keyOf(object))?.metadata.uid ?? `made-${this.#versions.next}`;
    const resourceVersion = String(this.#versions.next++ + 1_000);
    const metadata = { uid, ...object.metadata, resourceVersion };
    this.store.changed(this.#project({ ...object, metadata }));
  }

  /** Somebody else deletes an object, if it is there, and the watch shows it. */
  loses(key: string): void {
    const stored = this.store.get(key);
    if (stored === undefined) return;
    const resourceVersion = String(this.#versions.next++ + 1_000);
    this.store.removed({ ...stored, metadata: { ...stored.metadata, resourceVersion } });
  }

  /** What is there from the start. */
  holds(objects: readonly T[]): void {
    const items = objects.map((object) => {
      const metadata = { uid: `${object.metadata.name}-uid`, ...object.metadata, resourceVersion: '1' };
      return this.#project({ ...object, metadata });
    });
    this.store.replace({ items, version: '1', unreadable: new Set() });
  }

  /** The cache as controllers have it. */
  get informer(): FakeInformer<T, V> {
    const { store, resource } = this;
    return {
      resource,
      get: (key) => store.get(key),
      byIndex: (index, value) => store.byIndex(index, value),
      list: () => store.list(),
      get size() {
        return store.size;
      },
      get synced() {
        return store.synced;
      },
      get version() {
        return store.version;
      },
      health: { state: 'live' },
      addListener: (listener) => store.addListener(listener),
      onHealthChange() {},
      relist() {},
      waitForSync: async () => {},
    };
  }

  /** Notes every write, and shows it in the cache as the server would. */
  get writer(): Writer<T> {
    const put = async (verb: Write['verb'], object: T) => {
      this.#note(verb, object);
      const { uid = `made-${this.#versions.next}` } = object.metadata;
      const resourceVersion = String(this.#versions.next++ + 1_000);
      this.store.wrote(this.#project({ ...object, metadata: { ...object.metadata, uid, resourceVersion } }));
    };
    return {
      create: (object) => put('create', object),
      update: (object) => put('update', object),
      updateStatus: (object) => put('updateStatus', object),
      delete: async (object) => {
        this.#note('delete', object);
        this.store.deleted(keyOf(object), object.metadata.uid ?? '');
      },
    };
  }

  #note(verb: Write['verb'], object: KubeObject): void {
    this.#writes.push({ verb, resource: this.resource, object });
  }
}

/** Cut anywhere: readers must not depend on where a network cuts. */
async function* chunks(text: string): AsyncIterable<Buffer> {
  const bytes = Buffer.from(text);
  const half = bytes.length >> 1;
  yield bytes.subarray(0, half);
  yield bytes.subarray(half);
}
