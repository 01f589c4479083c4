import type { KubeObject, Resource } from '#apis/meta.ts';
import type { KubeClient } from '#src/kube/client.ts';
import type { Logger } from '#src/observability/logger.ts';
import type { Clock, Milliseconds } from '#src/runtime/clock.ts';
import { orAborted } from '#src/runtime/waits.ts';
import type { Informer, InformerHealth, InformerOptions, RollbackReport } from './contract.ts';
import { HealthRecord } from './health.ts';
import type { CacheKey, CacheListener } from './lister.ts';
import type { CacheLabels, CacheMetrics } from './observer.ts';
import { REFLECTOR_TIMINGS, Reflector, type ReflectorSink, type ReflectorTimings } from './reflector.ts';
import { Store } from './store.ts';

/** What every informer of one cluster shares. */
export interface InformerDeps {
  client: KubeClient;
  clock: Clock;
  log: Logger;
  /** A number in [0, 1); Math.random unless told. */
  random?: (() => number) | undefined;
  metrics?: CacheMetrics | undefined;
  /** Freeze what is cached: a reader that changes it then fails. For tests and development. */
  freeze?: boolean | undefined;
  timings?: Partial<ReflectorTimings> | undefined;
  /** How many clients of the cluster keep the same caches, this one included: what one has lost, all have. 1 unless told. */
  readers?: (() => number) | undefined;
}

/** An informer that replies to our own writes may be put into. */
export interface WritableInformer<T extends KubeObject, V extends KubeObject = T> extends Informer<T, V> {
  /** Takes the whole object over as the reply to its create or update described it. */
  wrote(object: T): void;
  /** Takes over that the object with this UID is gone for sure. */
  deleted(key: CacheKey, uid: string): void;
}

/** Makes an informer; nothing runs before `run`. */
export function newInformer<T extends KubeObject>(
  deps: InformerDeps,
  options: InformerOptions<T> & { project?: never },
): WritableInformer<T>;
export function newInformer<T extends KubeObject, V extends KubeObject>(
  deps: InformerDeps,
  options: InformerOptions<T, V> & { project: (object: T) => V },
): WritableInformer<T, V>;
export function newInformer<T extends KubeObject>(
  deps: InformerDeps,
  options: InformerOptions<T, KubeObject>,
): WritableInformer<T, KubeObject> {
  return new StoreInformer(deps, options, options.project ?? ((object) => object));
}

class StoreInformer<T extends KubeObject, V extends KubeObject> implements WritableInformer<T, V> {
  readonly resource: Resource<T>;
  readonly #deps: InformerDeps;
  readonly #labels: CacheLabels;
  readonly #project: (object: T) => V;
  readonly #store: Store<V>;
  readonly #health: HealthRecord;
  readonly #reflector: Reflector<T, V>;
  readonly #firstList = Promise.withResolvers<void>();
  #nextList = Promise.withResolvers<void>();
  readonly #onRollback: ((report: RollbackReport) => void)[] = [];
  #started = false;
  /** How many attempts have failed since the server last answered. */
  #failures = 0;

  constructor(deps: InformerDeps, options: InformerOptions<T, V>, project: (object: T) => V) {
    const { resource, namespace, labelSelector, fieldSelector, indexes, newest = false } = options;
    this.resource = resource;
    this.#deps = deps;
    this.#labels = { cluster: deps.client.cluster, resource: resource.plural };
    this.#project = project;
    this.#health = new HealthRecord(deps.clock);
    this.#store = new Store({
      indexes,
      freeze: deps.freeze,
      onListenerError: (error, key) => this.#listenerThrew(error, key),
    });
    const { client, clock, random = Math.random, readers = () => 1 } = deps;
    const timings = { ...REFLECTOR_TIMINGS, ...deps.timings };
    const scope = {
      ...(namespace === undefined ? {} : { namespace }),
      ...(labelSelector === undefined ? {} : { labelSelector }),
      ...(fieldSelector === undefined ? {} : { fieldSelector }),
    };
    const first = newest ? 'newest' : 'first';
    this.#reflector = new Reflector(
      { client, clock, random, timings, readers },
      resource,
      scope,
      this.#sink(),
      first,
    );
  }

  get health(): InformerHealth {
    return this.#health.current;
  }

  get version(): string {
    return this.#store.version;
  }

  get synced(): boolean {
    return this.#store.synced;
  }

  get size(): number {
    return this.#store.size;
  }

  get(key: CacheKey): V | undefined {
    return this.#store.get(key);
  }

  byIndex(index: string, value: string): readonly V[] {
    return this.#store.byIndex(index, value);
  }

  list(): IterableIterator<V> {
    return this.#store.list();
  }

  addListener(listener: CacheListener<V>): void {
    this.#store.addListener(listener);
  }

  onRollback(listener: (report: RollbackReport) => void): void {
    this.#onRollback.push(listener);
  }

  onHealthChange(listener: (health: InformerHealth) => void): void {
    this.#health.onChange((health) => this.#call(() => listener(health)));
  }

  relist(): void {
    this.#reflector.relist();
  }

  async refresh(signal: AbortSignal): Promise<void> {
    // A list that is under way is broken off: whatever comes next was asked for after this.
    this.#reflector.refresh();
    await orAborted(this.#nextList.promise, signal);
  }

  wake(): void {
    this.#reflector.wake();
  }

  async run(signal: AbortSignal): Promise<void> {
    if (this.#started) {
      throw new Error(`the informer of ${this.#labels.resource} on ${this.#labels.cluster} runs already`);
    }
    this.#started = true;
    await this.#reflector.run(signal);
  }

  async waitForSync(signal: AbortSignal): Promise<void> {
    if (this.synced) return;
    await orAborted(this.#firstList.promise, signal);
  }

  wrote(object: T): void {
    const prepared = this.#prepare(object);
    if (prepared !== undefined) this.#store.wrote(prepared);
  }

  deleted(key: CacheKey, uid: string): void {
    this.#store.deleted(key, uid);
  }

  #sink(): ReflectorSink<T, V> {
    const { metrics, log } = this.#deps;
    const labels = this.#labels;
    return {
      prepare: (object) => this.#prepare(object),
      beginReset: () => this.#store.beginReset(),
      contradicts: (list) => this.#store.contradicts(list),
      replaced: (list, { reset, took }) => {
        this.#contact();
        const first = !this.#store.synced;
        const changes = this.#store.replace(list, { reset });
        this.#firstList.resolve();
        this.#nextList.resolve();
        this.#nextList = Promise.withResolvers();
        const items = list.items.length;
        log.debug({ ...labels, items, changes, version: list.version, tookMs: took }, 'list taken over');
        metrics?.listed(labels, { items, repaired: first ? 0 : changes, took });
      },
      changed: (type, object) => {
        this.#contact();
        this.#store.changed(object);
        metrics?.event(labels, type);
      },
      removed: (object) => {
        this.#contact();
        this.#store.removed(object);
        metrics?.event(labels, 'DELETED');
      },
      advanced: (version) => {
        this.#contact();
        this.#store.advance(version);
        metrics?.event(labels, 'BOOKMARK');
      },
      wentBack: (seen, got) => {
        log.warn({ ...labels, seen, got }, 'the server went back in time');
        for (const listener of this.#onRollback) this.#call(() => listener({ ...labels, seen, got }));
      },
      opened: () => {
        this.#contact();
        metrics?.watchOpened(labels);
      },
      contact: () => this.#contact(),
      failed: (during, error, retryIn) => this.#failed(during, error, retryIn),
    };
  }

  #contact(): void {
    this.#health.contact();
    if (this.#failures === 0) return;
    this.#deps.log.info({ ...this.#labels, failures: this.#failures }, 'answers again');
    this.#failures = 0;
  }

  /** Logged at the 1st, 2nd, 4th, 8th, … failure in a row: an outage must not fill the log. */
  #failed(during: 'list' | 'watch', error: unknown, retryIn: Milliseconds): void {
    this.#health.failed(error);
    const failures = ++this.#failures;
    const fields = { ...this.#labels, err: error, failures, retryInMs: Math.round(retryIn) };
    const message = during === 'list' ? 'list failed' : 'watch failed';
    if ((failures & (failures - 1)) === 0) this.#deps.log.warn(fields, message);
    else this.#deps.log.debug(fields, message);
    this.#deps.metrics?.failed(this.#labels, during);
  }

  /** Drops what nobody reads, then projects. An object the projection fails on is left as it was. */
  #prepare(object: T): V | undefined {
    try {
      return this.#project(withoutManagedFields(object));
    } catch (error) {
      const { namespace, name } = object.metadata;
      this.#deps.log.error({ ...this.#labels, namespace, name, err: error }, 'object cannot be projected');
      return undefined;
    }
  }

  /** The stream must not depend on what others do with its news. */
  #call(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.#deps.log.error({ ...this.#labels, err: error }, 'informer listener threw');
      this.#deps.metrics?.listenerThrew(this.#labels);
    }
  }

  #listenerThrew(error: unknown, key: CacheKey): void {
    this.#deps.log.error({ ...this.#labels, key, err: error }, 'cache listener threw');
    this.#deps.metrics?.listenerThrew(this.#labels);
  }
}

/** managedFields are half of many objects; a PUT without them leaves the server's as they are. */
function withoutManagedFields<T extends KubeObject>(object: T): T {
  if ('managedFields' in object.metadata) delete object.metadata.managedFields;
  return object;
}
