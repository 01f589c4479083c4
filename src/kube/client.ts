import type { KubeObject, ObjectMeta, Resource } from '#apis/meta.ts';

/** Identity of one object of a known kind. `namespace` is absent for cluster-scoped kinds. */
export interface ObjectKey {
  namespace?: string | undefined;
  name: string;
}

/** Options of every unary call. */
export interface CallOptions {
  signal?: AbortSignal;
  /** Deadline of this call; 30 s unless told. */
  timeoutMs?: number;
  /**
   * Ask again, within the deadline, where the server names a time (429 or 503 with Retry-After) or where a read
   * met a stale connection. True unless told.
   */
  retry?: boolean;
}

export interface ListOptions extends CallOptions {
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  resourceVersion?: string;
  resourceVersionMatch?: 'Exact' | 'NotOlderThan';
  limit?: number;
  continue?: string;
}

/** What a page of a list says besides its items. */
export interface PageEnd {
  resourceVersion: string;
  /** Asks for the next page; absent on the last one. */
  continue?: string;
}

/** One page of a list, items as the server sent them plus apiVersion and kind. */
export interface ListPage<T> extends PageEnd {
  items: T[];
}

export interface WatchOptions {
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  resourceVersion: string;
  /** The server ends the watch after this long. */
  timeoutSeconds: number;
  /** How long the stream may bring nothing before it counts as dead; 90 s unless told. */
  silentAfterMs?: number;
  /** Called once the server has accepted the watch: on a quiet resource the first event may be a minute away. */
  onOpen?: () => void;
  signal: AbortSignal;
}

/** An event of a watch. In-stream ERROR events are thrown as KubeApiError instead. */
export type WatchEvent<T> =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: T }
  | { type: 'BOOKMARK'; resourceVersion: string };

/** What a delete must match: a delete without both would be unfenced. */
export interface DeletePreconditions {
  uid: string;
  resourceVersion?: string;
}

/**
 * One API server, spoken to in raw JSON over pooled connections: unknown fields survive both ways.
 * Every failure is a KubeApiError (the server answered) or a TransportError (it did not); see errors.ts.
 * Writes ask for metadata only and return the new metadata: the caller knows the rest.
 */
export interface KubeClient {
  /** Name of the cluster in logs and metrics: `local`, `hub`, or a test cluster's name. */
  readonly cluster: string;
  get<T extends KubeObject>(resource: Resource<T>, key: ObjectKey, options?: CallOptions): Promise<T>;
  list<T extends KubeObject>(resource: Resource<T>, options?: ListOptions): Promise<ListPage<T>>;
  /**
   * Like list, but hands each item on as soon as it has arrived, without holding the page. Items handed on
   * before a failure are only a part of the page.
   */
  listEach<T extends KubeObject>(
    resource: Resource<T>,
    options: ListOptions,
    onItem: (item: T) => void,
  ): Promise<PageEnd>;
  /** Yields events until the server closes (returns), the signal aborts (returns) or something fails (throws). */
  watch<T extends KubeObject>(resource: Resource<T>, options: WatchOptions): AsyncIterable<WatchEvent<T>>;
  create<T extends KubeObject>(resource: Resource<T>, object: T, options?: CallOptions): Promise<ObjectMeta>;
  /** PUT; fenced by `object.metadata.resourceVersion`, which must be set. */
  update<T extends KubeObject>(resource: Resource<T>, object: T, options?: CallOptions): Promise<ObjectMeta>;
  /** PUT on the status subresource; fenced in the same way. */
  updateStatus<T extends KubeObject>(
    resource: Resource<T>,
    object: T,
    options?: CallOptions,
  ): Promise<ObjectMeta>;
  /**
   * Returns the metadata of an object that stays, deleted, until its finalizers are done; undefined: it is gone. With
   * `dryRun` the server judges the call, and nothing is deleted.
   */
  delete<T extends KubeObject>(
    resource: Resource<T>,
    key: ObjectKey,
    preconditions: DeletePreconditions,
    options?: CallOptions & { dryRun?: boolean },
  ): Promise<ObjectMeta | undefined>;
  /** Server-side apply; a conflict names the other field managers in the KubeApiError's message. */
  apply<T extends KubeObject>(
    resource: Resource<T>,
    object: T,
    options: CallOptions & { fieldManager: string; force?: boolean },
  ): Promise<ObjectMeta>;
  /** Any other call, body and reply as JSON: discovery, reviews, tokens, /version. A PATCH is a server-side apply. */
  request(method: string, path: string, body?: unknown, options?: CallOptions): Promise<unknown>;
  /** Reads what is no JSON: the log of a pod. */
  text(path: string, options?: CallOptions): Promise<string>;
  /** Closes the pool; later calls fail. */
  close(): Promise<void>;
}
