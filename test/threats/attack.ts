import type { AdminClient } from '#test/clusters/admin.ts';
import type { AskedCell, AskedResource } from '#test/integration/kinds/access-table.ts';

/** Rights of which no request to a resource's own path makes use. */
const NO_REQUEST = ['*', 'impersonate', 'bind', 'escalate', 'approve', 'sign'];

/** Of all that can be asked for, what can be tried. */
export function triable(resources: readonly AskedResource[]): AskedResource[] {
  return resources.filter(({ verbs }) => !verbs.some((verb) => NO_REQUEST.includes(verb)));
}

/**
 * Tries one cell over the wire: the request that the verb stands for, as a dry run where it writes. True where the
 * authorizer lets it through, whatever becomes of it then: nothing of it is a valid object.
 */
export async function attempt(client: AdminClient, cell: AskedCell): Promise<boolean> {
  const { method, path } = requestOf(cell);
  const body = ['POST', 'PUT', 'PATCH'].includes(method) ? {} : undefined;
  const type = method === 'PATCH' ? 'application/merge-patch+json' : undefined;
  const { status, body: answer } = await client.send(method, path, body, type);
  // An admission policy says 403 too, and in other words.
  return !(status === 403 && / cannot /.test(Object(answer).message));
}

const DRY = 'dryRun=All';

function requestOf({ resource: asked, verb, namespace }: AskedCell): { method: string; path: string } {
  const { group, resource, subresource, name = 'anything' } = asked;
  // The authorizer does not look at the version: a core resource has this one, and any other may.
  const root = group === '' ? '/api/v1' : `/apis/${group}/v1`;
  const within = namespace === '' ? '' : `/namespaces/${namespace}`;
  const collection = `${root}${within}/${resource}`;
  const one = `${collection}/${name}${subresource === undefined ? '' : `/${subresource}`}`;
  const all = subresource === undefined ? collection : one;
  const isNamed = asked.name !== undefined && subresource === undefined;
  const only = isNamed ? `&fieldSelector=metadata.name=${name}` : '';
  switch (verb) {
    case 'get':
      return { method: 'GET', path: one };
    case 'list':
      return { method: 'GET', path: `${all}?limit=1${only}` };
    case 'watch':
      return { method: 'GET', path: `${all}?watch=true&timeoutSeconds=1${only}` };
    case 'create':
      return { method: 'POST', path: `${all}?${DRY}` };
    case 'update':
      return { method: 'PUT', path: `${one}?${DRY}` };
    case 'patch':
      return { method: 'PATCH', path: `${one}?${DRY}` };
    case 'delete':
      return { method: 'DELETE', path: `${one}?${DRY}` };
    default:
      return { method: 'DELETE', path: `${all}?${DRY}${only}` };
  }
}
