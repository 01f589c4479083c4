import { apiVersionOf, type KubeObject, type ObjectMeta, type Resource } from '#apis/meta.ts';
import type { Clock } from '#src/runtime/clock.ts';
import type {
  CallOptions,
  DeletePreconditions,
  KubeClient,
  ListOptions,
  ListPage,
  ObjectKey,
  PageEnd,
  WatchEvent,
  WatchOptions,
} from './client.ts';
import { Credentials } from './credentials.ts';
import type { KubeconfigSource } from './kubeconfig.ts';
import type { RequestMetrics } from './metrics.ts';
import { collectionPath, objectPath, queryString, targetName } from './paths.ts';
import { metadataOf, objectOf, parsed, readPage, remainsOf } from './replies.ts';
import { type Call, Transport } from './transport.ts';
import { watchStream } from './watch.ts';

export interface ConnectOptions {
  /** Name of the cluster in errors, logs and metrics. */
  cluster: string;
  kubeconfig: KubeconfigSource;
  /** Context of the kubeconfig; its current one unless told. */
  context?: string | undefined;
  clock: Clock;
  metrics?: RequestMetrics | undefined;
  /** Also names the field manager of writes: the part before the first slash. `tombolo` unless told. */
  userAgent?: string | undefined;
  /** Told before the first request under another address, certificate or proxy than before: another server may answer. */
  onMoved?: (() => void) | undefined;
  /**
   * Asked about each write of an object, repeats included, once it has its connection and `onMoved` was told of that:
   * false, and it is not sent but fails as `held`. What goes by `request` changes no object, and is not asked about.
   */
  mayWrite?: (() => boolean) | undefined;
}

const JSON_ONLY = 'application/json';
const APPLY = 'application/apply-patch+yaml';

/** The server may send just the metadata of what was written: an object of a thousand endpoints does not travel twice. */
const METADATA_WELCOME = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1, application/json';

/**
 * Makes a client for one API server; nothing is sent yet. Throws a KubeconfigError, one line for people, where
 * the kubeconfig cannot be used.
 */
export function connect(options: ConnectOptions): KubeClient {
  const { cluster, kubeconfig, context, clock, metrics, userAgent = 'tombolo' } = options;
  const { onMoved = () => {}, mayWrite = () => true } = options;
  const credentials = new Credentials(kubeconfig, context, clock);
  const shared = { cluster, credentials, clock, metrics, userAgent };
  return new RestClient(cluster, new Transport({ ...shared, onMoved, mayWrite }));
}

class RestClient implements KubeClient {
  readonly cluster: string;
  readonly #transport: Transport;

  constructor(cluster: string, transport: Transport) {
    this.cluster = cluster;
    this.#transport = transport;
  }

  async get<T extends KubeObject>(resource: Resource<T>, key: ObjectKey, options?: CallOptions): Promise<T> {
    const call = this.#call('get', resource, key, options, 'GET', objectPath(resource, key));
    return objectOf<T>(call.attempt, await this.#transport.unary(call));
  }

  async list<T extends KubeObject>(resource: Resource<T>, options: ListOptions = {}): Promise<ListPage<T>> {
    const items: T[] = [];
    return { ...(await this.listEach(resource, options, (item) => items.push(item))), items };
  }

  async listEach<T extends KubeObject>(
    resource: Resource<T>,
    options: ListOptions,
    onItem: (item: T) => void,
  ): Promise<PageEnd> {
    const { namespace, signal, timeoutMs, retry, ...query } = options;
    const call: Call = {
      attempt: { cluster: this.cluster, verb: 'list', target: targetName(resource, namespace) },
      method: 'GET',
      path: collectionPath(resource, namespace) + queryString(query),
      headers: { accept: JSON_ONLY },
      signal,
      timeoutMs,
      retry,
    };
    return this.#transport.receive(call, (body) => readPage(call.attempt, resource, body, onItem));
  }

  watch<T extends KubeObject>(resource: Resource<T>, options: WatchOptions): AsyncIterable<WatchEvent<T>> {
    return watchStream(this.cluster, this.#transport, resource, options);
  }

  create<T extends KubeObject>(resource: Resource<T>, object: T, options?: CallOptions): Promise<ObjectMeta> {
    const { name, namespace } = object.metadata;
    const path = collectionPath(resource, resource.namespaced ? namespaceOf(resource, object) : undefined);
    return this.#write(
      this.#call('create', resource, { name, namespace }, options, 'POST', path),
      resource,
      object,
    );
  }

  async update<T extends KubeObject>(
    resource: Resource<T>,
    object: T,
    options?: CallOptions,
  ): Promise<ObjectMeta> {
    return this.#put(resource, object, options, undefined);
  }

  async updateStatus<T extends KubeObject>(
    resource: Resource<T>,
    object: T,
    options?: CallOptions,
  ): Promise<ObjectMeta> {
    return this.#put(resource, object, options, 'status');
  }

  async delete<T extends KubeObject>(
    resource: Resource<T>,
    key: ObjectKey,
    preconditions: DeletePreconditions,
    options?: CallOptions & { dryRun?: boolean },
  ): Promise<ObjectMeta | undefined> {
    const call = this.#call('delete', resource, key, options, 'DELETE', objectPath(resource, key));
    const body = {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      preconditions,
      propagationPolicy: 'Background',
      // Not in the query: where there is a body, an API server does not look there, and would delete.
      dryRun: options?.dryRun ? ['All'] : undefined,
    };
    return remainsOf(call.attempt, await this.#transport.unary(withBody(call, body, JSON_ONLY)));
  }

  async apply<T extends KubeObject>(
    resource: Resource<T>,
    object: T,
    options: CallOptions & { fieldManager: string; force?: boolean },
  ): Promise<ObjectMeta> {
    const { fieldManager, force } = options;
    const query = queryString({ fieldManager, force: force === undefined ? undefined : String(force) });
    const path = objectPath(resource, object.metadata) + query;
    const call = this.#call('patch', resource, object.metadata, options, 'PATCH', path);
    return this.#write(call, resource, object, APPLY);
  }

  async request(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<unknown> {
    const call: Call = {
      attempt: { cluster: this.cluster, verb: method, target: path },
      method: methodOf(method),
      path,
      headers: { accept: JSON_ONLY },
      ...options,
    };
    const contentType = method === 'PATCH' ? APPLY : JSON_ONLY;
    const text = await this.#transport.unary(body === undefined ? call : withBody(call, body, contentType));
    return parsed(call.attempt, text);
  }

  text(path: string, options: CallOptions = {}): Promise<string> {
    const attempt = { cluster: this.cluster, verb: 'GET', target: path };
    return this.#transport.unary({ attempt, method: 'GET', path, headers: { accept: '*/*' }, ...options });
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  #put<T extends KubeObject>(
    resource: Resource<T>,
    object: T,
    options: CallOptions | undefined,
    subresource: 'status' | undefined,
  ): Promise<ObjectMeta> {
    if (object.metadata.resourceVersion === undefined) {
      throw new TypeError(`an update of ${targetName(resource)} ${object.metadata.name} without a version`);
    }
    const path = objectPath(resource, object.metadata, subresource);
    return this.#write(
      this.#call('update', resource, object.metadata, options, 'PUT', path),
      resource,
      object,
    );
  }

  async #write<T extends KubeObject>(
    call: Call,
    resource: Resource<T>,
    object: T,
    contentType = JSON_ONLY,
  ): Promise<ObjectMeta> {
    const whole = { ...object, apiVersion: apiVersionOf(resource), kind: resource.kind };
    return metadataOf(call.attempt, await this.#transport.unary(withBody(call, whole, contentType)));
  }

  #call(
    verb: string,
    resource: Resource<KubeObject>,
    key: ObjectKey,
    options: CallOptions | undefined,
    method: Call['method'],
    path: string,
  ): Call {
    return {
      attempt: { cluster: this.cluster, verb, target: targetName(resource, key.namespace, key.name) },
      method,
      path,
      headers: { accept: method === 'GET' ? JSON_ONLY : METADATA_WELCOME },
      signal: options?.signal,
      timeoutMs: options?.timeoutMs,
      retry: options?.retry,
      writes: method !== 'GET',
    };
  }
}

function withBody(call: Call, body: unknown, contentType: string): Call {
  return {
    ...call,
    headers: { ...call.headers, 'content-type': contentType },
    body: JSON.stringify(body),
  };
}

function namespaceOf(resource: Resource<KubeObject>, object: KubeObject): string {
  const { namespace, name } = object.metadata;
  if (namespace === undefined)
    throw new TypeError(`${resource.plural} live in namespaces: ${name} names none`);
  return namespace;
}

function methodOf(method: string): Call['method'] {
  switch (method) {
    case 'GET':
    case 'POST':
    case 'PUT':
    case 'PATCH':
    case 'DELETE':
      return method;
    default:
      throw new TypeError(`${method} is no method of the Kubernetes API`);
  }
}
