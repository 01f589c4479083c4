import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MANAGED_BY, MANAGED_BY_LABEL, SLICE_MANAGED_BY_LABEL } from '#apis/labels.ts';
import type { AdminClient, Answer } from '#test/clusters/admin.ts';
import { type KindsCluster, startKindsCluster } from './cluster.ts';
import { ALL_EXAMPLES } from './examples/all.ts';
import { AGENT, installEverything } from './installed.ts';
import { setField } from './set-field.ts';

let cluster: KindsCluster;
let agent: AdminClient;
beforeAll(async () => {
  cluster = await startKindsCluster();
  const { valid } = kindNamed('exportedservices');
  const withFinalizers = setField(valid, 'metadata.finalizers', ['example.com/a', 'example.com/b']);
  await cluster.admin.call('POST', `${HUB}/namespaces/default/exportedservices`, withFinalizers);
  await installEverything(cluster);
  agent = await cluster.as(AGENT);
});
afterAll(() => cluster?.stop());

const HUB = '/apis/hub.tombolo.dev/v1alpha1';
const NO_FINALIZERS = 'finalizers are not allowed here';

describe('a finalizer, by which something of a member could outlive its removal,', () => {
  test.each([...ALL_EXAMPLES])('is refused on new $plural, even from an admin', async (kind) => {
    const path = `${HUB}/${kind.namespaced ? 'namespaces/kube-public/' : ''}${kind.plural}?dryRun=All`;
    const object = setField(kind.valid, 'metadata.finalizers', ['example.com/x']);
    expect(said(await cluster.admin.send('POST', path, object))).toContain(NO_FINALIZERS);
    expect(said(await cluster.admin.send('POST', path, kind.valid))).toBe('yes');
  });

  test('may go if it was there before the policy, one by one, but none may be added', async () => {
    const path = `${HUB}/namespaces/default/exportedservices/prod.db`;
    const change = (finalizers: string[]) =>
      cluster.admin.send('PATCH', `${path}?dryRun=All`, { metadata: { finalizers } }, MERGE);
    expect(said(await change(['example.com/a']))).toBe('yes');
    expect(said(await change([]))).toBe('yes');
    expect(said(await change(['example.com/a', 'example.com/c']))).toContain(NO_FINALIZERS);
  });

  test('is refused on a Lease that a member writes, and left to others', async () => {
    const member = await cluster.as({ namespace: 'member-zzzc', name: AGENT.name });
    const path = '/apis/coordination.k8s.io/v1/namespaces/member-zzzc/leases?dryRun=All';
    const lease = { metadata: { name: 'x', finalizers: ['example.com/x'] }, spec: {} };
    expect(said(await member.send('POST', path, lease))).toContain(NO_FINALIZERS);
    expect(said(await member.send('POST', path, { metadata: { name: 'x' }, spec: {} }))).toBe('yes');
    expect(said(await cluster.admin.send('POST', path, lease))).toBe('yes');
  });
});

const IMPORT_SPEC = { type: 'Headless', ports: [] };

/** What the agent writes to its cluster: where, by which label it is the agent's, and a valid object. */
const OWN = [
  {
    plural: 'endpointslices',
    path: '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices',
    label: SLICE_MANAGED_BY_LABEL,
    body: { addressType: 'IPv4', endpoints: [] },
  },
  {
    plural: 'services',
    path: '/api/v1/namespaces/default/services',
    label: MANAGED_BY_LABEL,
    body: { spec: { ports: [{ port: 80 }] } },
  },
  {
    plural: 'serviceimports',
    path: '/apis/multicluster.x-k8s.io/v1beta1/namespaces/default/serviceimports',
    label: MANAGED_BY_LABEL,
    body: {
      apiVersion: 'multicluster.x-k8s.io/v1beta1',
      kind: 'ServiceImport',
      spec: IMPORT_SPEC,
    },
  },
  {
    plural: 'serviceimports of v1alpha1',
    path: '/apis/multicluster.x-k8s.io/v1alpha1/namespaces/default/serviceimports',
    label: MANAGED_BY_LABEL,
    body: {
      apiVersion: 'multicluster.x-k8s.io/v1alpha1',
      kind: 'ServiceImport',
      spec: IMPORT_SPEC,
    },
  },
] as const;

describe.each(OWN)('among $plural the agent', ({ plural, path, label, body }) => {
  const refusal = `the agent touches only objects with the label ${label}`;
  const name = (owner: string) => `derived-${owner}-${plural.replaceAll(' ', '-')}`;
  const ours = { ...body, metadata: { name: name('ours'), labels: { [label]: MANAGED_BY } } };
  const foreign = { ...body, metadata: { name: name('users'), labels: { [label]: 'somebody.example' } } };
  const unlabelled = { ...body, metadata: { name: name('nobodys') } };
  beforeAll(async () => {
    await agent.call('POST', path, ours);
    for (const object of [foreign, unlabelled]) await cluster.admin.call('POST', path, object);
  });

  function update(object: { metadata: { name: string } }, change: object, sub = ''): Promise<Answer> {
    return agent.send('PUT', `${path}/${object.metadata.name}${sub}?dryRun=All`, change);
  }

  async function stored(object: { metadata: { name: string } }): Promise<Record<string, unknown>> {
    return setField(await cluster.admin.get(`${path}/${object.metadata.name}`), 'metadata.annotations', {
      changed: 'yes',
    });
  }

  test('creates, updates and deletes its own', async () => {
    expect(said(await update(ours, await stored(ours)))).toBe('yes');
    expect(said(await agent.send('DELETE', `${path}/${ours.metadata.name}?dryRun=All`))).toBe('yes');
  });

  test.each([
    ['another manager’s', foreign],
    ['a user’s', unlabelled],
  ])('neither creates, updates, adopts nor deletes %s', async (_whose, object) => {
    const fresh = setField(object, 'metadata.name', 'derived-fresh');
    expect(said(await agent.send('POST', `${path}?dryRun=All`, fresh))).toContain(refusal);
    expect(said(await update(object, await stored(object)))).toContain(refusal);
    const adopted = setField(await stored(object), 'metadata.labels', { [label]: MANAGED_BY });
    expect(said(await update(object, adopted))).toContain(refusal);
    const gone = await agent.send('DELETE', `${path}/${object.metadata.name}?dryRun=All`);
    expect(said(gone)).toContain(refusal);
  });

  test('does not pass its own on to somebody else', async () => {
    const given = setField(await stored(ours), 'metadata.labels', { [label]: 'somebody.example' });
    expect(said(await update(ours, given))).toContain(refusal);
  });

  test('is the only one whom the policy concerns', async () => {
    const user = await cluster.admin.send(
      'PUT',
      `${path}/${foreign.metadata.name}?dryRun=All`,
      await stored(foreign),
    );
    expect(said(user)).toBe('yes');
  });
});

test.each(['v1beta1', 'v1alpha1'])(
  'the agent writes the status of its own ServiceImports only (%s)',
  async (version) => {
    const path = `/apis/multicluster.x-k8s.io/${version}/namespaces/default/serviceimports`;
    const body = { kind: 'ServiceImport', apiVersion: `multicluster.x-k8s.io/${version}`, spec: IMPORT_SPEC };
    const labels = { [MANAGED_BY_LABEL]: MANAGED_BY };
    const ours = await cluster.admin.call('POST', path, {
      ...body,
      metadata: { name: `own-${version}`, labels },
    });
    const users = await cluster.admin.call('POST', path, { ...body, metadata: { name: `users-${version}` } });
    const update = (name: string, object: unknown) =>
      agent.send(
        'PUT',
        `${path}/${name}-${version}/status?dryRun=All`,
        setField(object, 'status.clusters', [{ cluster: 'zzzc' }]),
      );
    expect(said(await update('own', ours))).toBe('yes');
    expect(said(await update('users', users))).toContain('the agent touches only objects with the label');
  },
);

describe('a stolen token of the agent', () => {
  const labels = { [MANAGED_BY_LABEL]: MANAGED_BY };
  const service = { metadata: { name: 'derived-x', labels }, spec: { ports: [{ port: 80 }] } };
  const slice = {
    metadata: { name: 'x', labels: { [SLICE_MANAGED_BY_LABEL]: MANAGED_BY } },
    addressType: 'IPv4',
    endpoints: [],
  };
  const create = (plural: (typeof OWN)[number]['plural'], object: unknown) =>
    agent.send('POST', `${OWN.find((own) => own.plural === plural)?.path}?dryRun=All`, object);

  test('puts no endpoints behind a Service of users', async () => {
    const behind = (name: string) =>
      setField(slice, 'metadata.labels', { ...slice.metadata.labels, ...at(name) });
    const at = (name: string) => ({ 'kubernetes.io/service-name': name });
    expect(said(await create('endpointslices', behind('derived-x')))).toBe('yes');
    expect(said(await create('endpointslices', behind('payments')))).toContain(
      'behind derived Services only',
    );
  });

  test.each([
    ['metadata.name', 'payments', 'whose names begin with derived-'],
    ['spec.type', 'LoadBalancer', 'only Services of type ClusterIP, and adds no externalIPs'],
    ['spec.externalIPs', ['198.51.100.7'], 'only Services of type ClusterIP, and adds no externalIPs'],
  ])('creates no Service with %s %s', async (field, value, refusal) => {
    expect(said(await create('services', service))).toBe('yes');
    expect(said(await create('services', setField(service, field, value)))).toContain(refusal);
  });

  test('leaves the agent able to write a derived Service that a user gave an external address', async () => {
    const path = '/api/v1/namespaces/default/services';
    const given = setField(service, 'spec.externalIPs', ['198.51.100.7']);
    const stored = await cluster.admin.call('POST', path, given);
    const update = (externalIPs: string[]) =>
      agent.send('PUT', `${path}/derived-x?dryRun=All`, setField(stored, 'spec.externalIPs', externalIPs));
    expect(said(await update(['198.51.100.7']))).toBe('yes');
    expect(said(await update([]))).toBe('yes');
    expect(said(await update(['198.51.100.8']))).toContain('adds no externalIPs');
  });
});

const MERGE = 'application/merge-patch+json';

/** `yes`, or what the API server said instead. */
function said({ status, body }: Answer): string {
  return status < 300 ? 'yes' : `${status}: ${(body as { message: string }).message}`;
}

function kindNamed(plural: string) {
  const kind = ALL_EXAMPLES.find((examples) => examples.plural === plural);
  if (kind === undefined) throw new Error(`no examples of ${plural}`);
  return kind;
}
