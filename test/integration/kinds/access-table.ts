import PQueue from 'p-queue';
import type { AdminClient } from '#test/clusters/admin.ts';

/** A resource or subresource that an API server has; `group` is empty for the core. */
export interface AskedResource {
  group: string;
  resource: string;
  subresource?: string;
  /** Asked for one object of this name only. */
  name?: string;
  namespaced: boolean;
  verbs: readonly string[];
}

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];

/** Rights that no list of resources shows: ways to more rights, and rights to objects of one name. */
const SPECIAL: readonly AskedResource[] = [
  { group: '*', resource: '*', namespaced: true, verbs: ['*'] },
  { group: '', resource: 'users', namespaced: false, verbs: ['impersonate'] },
  { group: '', resource: 'groups', namespaced: false, verbs: ['impersonate'] },
  { group: '', resource: 'serviceaccounts', namespaced: true, verbs: ['impersonate'] },
  {
    group: 'rbac.authorization.k8s.io',
    resource: 'clusterroles',
    namespaced: false,
    verbs: ['bind', 'escalate'],
  },
  { group: 'rbac.authorization.k8s.io', resource: 'roles', namespaced: true, verbs: ['bind', 'escalate'] },
  { group: 'certificates.k8s.io', resource: 'signers', namespaced: false, verbs: ['approve', 'sign'] },
  {
    group: 'discovery.k8s.io',
    resource: 'endpointslices',
    subresource: 'restricted',
    namespaced: true,
    verbs: VERBS,
  },
  ...[
    ['coordination.k8s.io', 'leases', 'tombolo-member'],
    ['', 'secrets', 'tombolo-hub'],
    ['', 'secrets', 'tombolo-join'],
  ].map(([group = '', resource = '', name = '']) => ({
    group,
    resource,
    name,
    namespaced: true,
    verbs: VERBS,
  })),
  {
    group: '',
    resource: 'serviceaccounts',
    subresource: 'token',
    name: 'tombolo-member',
    namespaced: true,
    verbs: VERBS,
  },
  ...['cluster.clusterset.k8s.io', 'another'].map((name) => ({
    group: 'about.k8s.io',
    resource: 'clusterproperties',
    name,
    namespaced: false,
    verbs: VERBS,
  })),
];

/** All that can be asked for: every resource and subresource that the server names, and the special rights. */
export async function allResources(admin: AdminClient): Promise<AskedResource[]> {
  const { groups } = (await admin.get('/apis')) as { groups: { versions: { groupVersion: string }[] }[] };
  const versions = groups.flatMap((group) => group.versions.map(({ groupVersion }) => groupVersion));
  const lists = await Promise.all([
    resourcesOf(admin, '/api/v1', ''),
    ...versions.map((version) => resourcesOf(admin, `/apis/${version}`, version.split('/')[0] ?? '')),
  ]);
  const byName = new Map(lists.flat().map((asked) => [nameOf(asked), asked]));
  return [...byName.values(), ...SPECIAL];
}

async function resourcesOf(admin: AdminClient, path: string, group: string): Promise<AskedResource[]> {
  const list = (await admin.get(path)) as { resources: { name: string; namespaced: boolean }[] };
  return list.resources.map(({ name, namespaced }) => {
    const [resource = '', subresource] = name.split('/');
    return {
      group,
      resource,
      namespaced,
      verbs: VERBS,
      ...(subresource === undefined ? {} : { subresource }),
    };
  });
}

/** Where to ask: what the column is called, and its namespace; empty: all of them, or the cluster itself. */
export type Column = readonly [title: string, namespace: string];

export interface AccessTable {
  /** How many questions were asked. */
  asked: number;
  /** How many were answered with yes. */
  allowed: number;
  /** Every resource of which anything is allowed, by name, and below it the verbs, by column. */
  text: string;
}

/** One cell: a verb of a resource in one namespace; empty: in all of them, or in the cluster itself. */
export interface AskedCell {
  resource: AskedResource;
  verb: string;
  namespace: string;
}

/** Finds out for every verb of every resource in every column: by asking the API server, as `client`, unless told. */
export async function accessTable(
  client: AdminClient,
  resources: readonly AskedResource[],
  columns: readonly Column[],
  may: (client: AdminClient, cell: AskedCell) => Promise<boolean> = mayI,
): Promise<AccessTable> {
  const queue = new PQueue({ concurrency: 16 });
  let asked = 0;
  const rows = await Promise.all(
    resources.map(async (resource) => {
      const cells = columns.map(([, namespace]) => {
        if (namespace !== '' && !resource.namespaced) return [];
        asked += resource.verbs.length;
        return Promise.all(
          resource.verbs.map((verb) =>
            queue.add(async () => ((await may(client, { resource, verb, namespace })) ? verb : '')),
          ),
        );
      });
      return {
        name: nameOf(resource),
        cells: (await Promise.all(cells)).map((verbs) => verbs.filter(Boolean)),
      };
    }),
  );
  const allowed = rows.flatMap(({ cells }) => cells.flat()).length;
  const some = rows.filter(({ cells }) => cells.some((verbs) => verbs.length > 0));
  return { asked, allowed, text: render(some, columns) };
}

async function mayI(
  client: AdminClient,
  { resource: { group, resource, subresource, name }, verb, namespace }: AskedCell,
): Promise<boolean> {
  const review = await client.call('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { group, resource, subresource, name, verb, namespace } },
  });
  return (review as { status: { allowed: boolean } }).status.allowed;
}

function nameOf({ group, resource, subresource, name }: AskedResource): string {
  const full = subresource === undefined ? resource : `${resource}/${subresource}`;
  return [full, group && `(${group})`, name && `named ${name}`].filter(Boolean).join(' ');
}

function render(rows: readonly { name: string; cells: string[][] }[], columns: readonly Column[]): string {
  const lines = rows
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, cells }) => {
      const said = columns.map(([title], n) => ({ title, verbs: cells[n] ?? [] }));
      const some = said.filter(({ verbs }) => verbs.length > 0);
      return [name, ...some.map(({ title, verbs }) => `  ${title}: ${verbs.join(' ')}`)];
    });
  return `${lines.join('\n')}\n`;
}
