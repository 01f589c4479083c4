import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KubeClient } from '#src/kube/client.ts';
import { connect } from '#src/kube/connect.ts';
import type { PolicyRule } from '#src/runtime/controller.ts';
import { describeRight, missingRights } from '#src/runtime/rights/missing-rights.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { serviceAccountKubeconfig } from '#test/clusters/service-account.ts';
import { type SingleCluster, startCluster } from '#test/clusters/start.ts';
import { eventually } from '#test/driver/eventually.ts';

const RULES: PolicyRule[] = [
  { on: 'member', scope: 'cluster', apiGroups: [''], resources: ['services'], verbs: ['list', 'create'] },
  {
    on: 'member',
    scope: 'agent-namespace',
    apiGroups: ['coordination.k8s.io'],
    resources: ['leases'],
    resourceNames: ['tombolo-member'],
    verbs: ['get', 'update'],
  },
  {
    on: 'member',
    scope: 'cluster',
    apiGroups: ['apps'],
    resources: ['deployments/status'],
    verbs: ['update'],
  },
];

const ACCOUNT = { namespace: 'default', name: 'agent' };

let running: SingleCluster;
let client: KubeClient;

beforeAll(async () => {
  running = await startCluster({ name: 'permissions' });
  const { admin } = running.cluster;
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  const subjects = [{ kind: 'ServiceAccount', ...ACCOUNT }];
  await admin.call('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'agent' } });
  await admin.call('POST', `${rbac}/clusterroles`, {
    metadata: { name: 'agent' },
    rules: [{ apiGroups: [''], resources: ['services'], verbs: ['get', 'list'] }],
  });
  await admin.call('POST', `${rbac}/clusterrolebindings`, {
    metadata: { name: 'agent' },
    subjects,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'agent' },
  });
  await admin.call('POST', `${rbac}/namespaces/default/roles`, {
    metadata: { name: 'agent' },
    rules: [
      {
        apiGroups: ['coordination.k8s.io'],
        resources: ['leases'],
        resourceNames: ['tombolo-member'],
        verbs: ['get'],
      },
    ],
  });
  await admin.call('POST', `${rbac}/namespaces/default/rolebindings`, {
    metadata: { name: 'agent' },
    subjects,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'agent' },
  });
  const text = await serviceAccountKubeconfig(running.cluster, ACCOUNT);
  client = connect({ cluster: 'member', kubeconfig: { text }, clock: systemClock() });
  // What was granted counts a moment after it was written.
  await eventually('all that is granted counts', async () =>
    expect((await check(RULES)).rights).toHaveLength(3),
  );
});
afterAll(async () => {
  await client.close();
  await running.stop();
});

function check(rules: readonly PolicyRule[]) {
  const namespaces = { 'agent-namespace': 'default', 'member-namespace': 'member-zzzc' };
  return missingRights({ client, rules, namespaces }, new AbortController().signal);
}

test('missing rights are told by verb, kind, namespace and identity, and granted ones are not (guards against https://github.com/karmada-io/karmada/pull/2515)', async () => {
  const { identity, rights } = await check(RULES);
  expect(identity).toBe('system:serviceaccount:default:agent');
  expect(rights.map(describeRight)).toEqual([
    'create services in the whole cluster',
    'update leases.coordination.k8s.io tombolo-member in namespace default',
    'update deployments/status.apps in the whole cluster',
  ]);
});

test('nothing is told where nothing is missing', async () => {
  const [services] = RULES;
  expect((await check(services ? [{ ...services, verbs: ['list'] }] : [])).rights).toEqual([]);
});
