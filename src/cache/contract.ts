import type { KubeObject, Resource } from '#apis/meta.ts';
import type { CallOptions } from '#src/kube/client.ts';
import type { CacheKey, CacheListener, Lister } from './lister.ts';

/** Files an object under any number of values of a named index. */
export type IndexFunction<T extends KubeObject> = (object: T) => Iterable<string>;

/** What an informer watches and how it keeps it. */
export interface InformerOptions<T extends KubeObject, V extends KubeObject = T> {
  resource: Resource<T>;
  /** Only this namespace; absent: all. */
  namespace?: string;
  labelSelector?: string;
  /** `metadata.name=x`: only objects of this name, which a right to this one name is enough for. */
  fieldSelector?: string;
  indexes?: Record<string, IndexFunction<V>>;
  /**
   * The first list is the newest state. Unless told it is whatever the server that answers has at hand, and one of
   * several may be behind: right for whoever concludes nothing from what it lacks.
   */
  newest?: boolean;
  /** Projects an object before it is stored; it must keep metadata.{name,namespace,uid,resourceVersion}. */
  project?: (object: T) => V;
}

/** Why what a hub or cluster shows is not what it showed before. */
export interface RollbackReport {
  cluster: string;
  resource: string;
  /** Highest version seen before, and the one that was answered now. */
  seen: string;
  got: string;
}

/** State of the connection of one informer, for gates, readiness and metrics. */
export interface InformerHealth {
  /** `connecting`: no list has succeeded or failed yet. `failing`: the last attempt failed. */
  state: 'connecting' | 'live' | 'failing';
  /** The last failure, as one line. */
  lastError?: string;
  /** Monotonic time of the last list, event, bookmark or clean close. */
  lastContact?: number;
}

/**
 * A cache of one kind, kept equal to an API server by list and watch; it recovers from everything and
 * stops only with its signal.
 */
export interface Informer<T extends KubeObject, V extends KubeObject = T> extends Lister<V> {
  readonly resource: Resource<T>;
  readonly health: InformerHealth;
  /** How far it has come: the version of the last list, event or bookmark. 0 before the first list. */
  readonly version: string;
  /** Listeners added after the start get the present content first, as not live. */
  addListener(listener: CacheListener<V>): void;
  /** Runs until the signal aborts; a second call throws. */
  run(signal: AbortSignal): Promise<void>;
  /** Resolves when the first complete list is in, rejects with the signal's reason. */
  waitForSync(signal: AbortSignal): Promise<void>;
  /** Calls back when a list or a caller shows that the server went back in time. */
  onRollback(listener: (report: RollbackReport) => void): void;
  /** Calls back whenever `health.state` turns. */
  onHealthChange(listener: (health: InformerHealth) => void): void;
  /** Lists anew without a version and takes the answer as it is, lower versions included. */
  relist(): void;
  /** Lists the newest state, and resolves when it is taken over. Rejects with the signal's reason. */
  refresh(signal: AbortSignal): Promise<void>;
  /** Tries again now where it waits for an outage to pass: the server is known to answer again. */
  wake(): void;
}

/**
 * Writes of one kind whose replies enter the informer's cache at once, so that the next reconcile of the
 * same key does not act on what it has just changed. A watch event older than the reply is ignored.
 */
export interface Writer<T extends KubeObject> {
  create(object: T, options?: CallOptions): Promise<void>;
  update(object: T, options?: CallOptions): Promise<void>;
  updateStatus(object: T, options?: CallOptions): Promise<void>;
  /** Fenced by the UID and resourceVersion of the given object; a 404 is success. */
  delete(object: KubeObject, options?: CallOptions): Promise<void>;
}

/** Names a changed key in another kind's terms; used to wire informers to queues. */
export type KeyMapper<V extends KubeObject> = (
  oldObject: V | undefined,
  newObject: V | undefined,
) => Iterable<CacheKey>;
