/** What kind of call a request is, in Kubernetes' words. */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'other';

/** One request as the proxy saw it. Grows: `status` is filled in when an answer has been sent. */
export interface ProxiedRequest {
  /** 1 for the first one. */
  readonly number: number;
  /** Position among those that change something (POST, PUT, PATCH, DELETE), from 1; undefined for reads. */
  readonly mutation: number | undefined;
  /** Of the TCP connection it came over, from 1. */
  readonly connection: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly verb: Verb;
  /** `services`; undefined outside of resource paths. */
  readonly resource: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  /** The name that `kubeconfigFor` was given for these credentials; `unknown` for any others. */
  readonly identity: string;
  /** The Authorization header as it came. */
  readonly authorization: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** performance.now() at its arrival. */
  readonly at: number;
  /** The status that was sent back; undefined while there is none. */
  status: number | undefined;
}

/** The part of a request's description that its method and URL tell. */
export type Target = Pick<
  ProxiedRequest,
  'path' | 'query' | 'verb' | 'resource' | 'namespace' | 'name' | 'subresource'
>;

/** Reads method and URL as an API server does. */
export function targetOf(method: string, url: string): Target {
  const { pathname, searchParams } = new URL(url, 'https://proxy');
  const parts = pathname
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const rest = parts[0] === 'api' ? parts.slice(2) : parts[0] === 'apis' ? parts.slice(3) : [];
  const inNamespace = rest[0] === 'namespaces' && rest.length > 2;
  const [resource, name, subresource] = inNamespace ? rest.slice(2) : rest;
  const namespace = inNamespace ? rest[1] : undefined;
  const verb = verbOf(method, resource, name, searchParams);
  return { path: pathname, query: searchParams, verb, resource, namespace, name, subresource };
}

export function isMutating(method: string): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH' || method === 'DELETE';
}

function verbOf(
  method: string,
  resource: string | undefined,
  name: string | undefined,
  query: URLSearchParams,
): Verb {
  if (resource === undefined) return 'other';
  switch (method) {
    case 'GET':
      if (query.get('watch') === 'true') return 'watch';
      return name === undefined ? 'list' : 'get';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return 'delete';
    default:
      return 'other';
  }
}
