import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ChartName, ENOUGH, objectsOf, template, tryTemplate } from './driver/charts.ts';
import type { Tool } from './driver/helm.ts';
import { HELMS, toolsOf } from './driver/use-helms.ts';

const member = (values: object) => ({ ...ENOUGH, ...values });

describe.each(HELMS)('%s', (helmName) => {
  let helm: Tool;
  beforeAll(async () => {
    helm = (await toolsOf(helmName)).helm;
  });
  const refusal = async (chart: ChartName, values: object) => {
    const { exitCode, stderr } = await tryTemplate(helm, chart, values);
    expect(exitCode).not.toBe(0);
    return stderr;
  };

  it.each<[string, ChartName, object, string]>([
    ['an unknown value', 'tombolo-member', member({ clusterName: 'zzzc' }), "'clusterName' not allowed"],
    ['an unknown value within one', 'tombolo-member', member({ image: { tog: '1' } }), "'/image'"],
    ['a misspelt mode', 'tombolo-member', member({ dns: { mode: 'nativeblock' } }), "'/dns/mode'"],
    ['a wrong cluster id', 'tombolo-member', member({ clusterId: 'Zzzc.eu' }), "'/clusterId'"],
    [
      'a cluster id that is too long',
      'tombolo-member',
      member({ clusterId: 'x'.repeat(56) }),
      "'/clusterId'",
    ],
    ['a duration without a unit', 'tombolo-member', member({ leaseInterval: '10' }), "'/leaseInterval'"],
    ['an unknown log level', 'tombolo-hub', { logLevel: 'loud' }, "'/logLevel'"],
    ['a number as text', 'tombolo-hub', { replicaCount: '1' }, "'/replicaCount'"],
    ['a digest without its kind', 'tombolo-hub', { image: { digest: '0123' } }, "'/image/digest'"],
    ['a hub in the clear', 'tombolo-member', member({ hub: { url: 'http://hub' } }), "'/hub/url'"],
    ['a token', 'tombolo-member', member({ hub: { ...ENOUGH.hub, token: 'x' } }), "'token' not allowed"],
    ['a member that is no DNS label', 'tombolo-hub', { members: { Zzzc: {} } }, "'Zzzc'"],
    ['a member’s unknown rule', 'tombolo-hub', { members: { zzzc: { deny: [] } } }, "'deny' not allowed"],
    [
      'a person’s statement',
      'tombolo-hub',
      { members: { zzzc: { removed: ['uid'] } } },
      "'removed' not allowed",
    ],
    [
      'an unknown precedence',
      'tombolo-hub',
      { clusterSet: { spec: { precedence: 'First' } } },
      "'/clusterSet/spec/precedence'",
    ],
  ])('the schema names the key of %s', async (_what, chart, values, named) => {
    const said = await refusal(chart, values);
    expect(said).toContain("values don't meet the specifications of the schema");
    expect(said).toContain(named);
  });

  it.each<[string, ChartName, object, string]>([
    [
      'the id of the cluster',
      'tombolo-member',
      { hub: ENOUGH.hub },
      'clusterId is missing: give the id that this cluster has under members: in the hub',
    ],
    [
      'the credentials',
      'tombolo-member',
      { clusterId: 'zzzc' },
      'hub.existingSecret is missing: give the Secret in the release',
    ],
    [
      'the name of an account of others',
      'tombolo-hub',
      { serviceAccount: { create: false } },
      'serviceAccount.name is missing',
    ],
    [
      'two pods of which each would work',
      'tombolo-hub',
      { replicaCount: 2, leaderElection: { enabled: false } },
      'replicaCount is above 1 and leaderElection.enabled is false',
    ],
    [
      'one of two monitors',
      'tombolo-hub',
      { metrics: { serviceMonitor: { enabled: true }, podMonitor: { enabled: true } } },
      'enable serviceMonitor or podMonitor, not both',
    ],
    [
      'one of two bounds',
      'tombolo-hub',
      { podDisruptionBudget: { enabled: true, minAvailable: 1, maxUnavailable: '50%' } },
      'give minAvailable or maxUnavailable, not both',
    ],
  ])('words ask for %s', async (_what, chart, values, words) => {
    expect(await refusal(chart, values)).toContain(words);
  });

  it.each([
    ['tombolo-hub', {}],
    ['tombolo-member', ENOUGH],
  ] as const)('%s under other names means the same account everywhere', async (chart, enough) => {
    const names = {
      fullnameOverride: 'a-name',
      namespaceOverride: 'a-namespace',
      serviceAccount: { name: 'an-account' },
    };
    const objects = objectsOf(await template(helm, chart, { ...enough, ...names }));
    const text = JSON.stringify(objects);
    expect(text).toContain('"serviceAccountName":"an-account"');
    const bound = objects.flatMap(({ kind, subjects }) => (kind.endsWith('RoleBinding') ? [subjects] : []));
    expect(bound.length).toBeGreaterThan(0);
    for (const subjects of bound)
      expect(subjects).toEqual([{ kind: 'ServiceAccount', namespace: 'a-namespace', name: 'an-account' }]);
    const users = [...text.matchAll(/'(system:serviceaccount:[^']*)'/g)].map(([, user]) => user);
    const known = ['system:serviceaccount:a-namespace:an-account', 'system:serviceaccount:member-'];
    expect(users.filter((user) => user === known[0]).length).toBeGreaterThan(1);
    expect(users.filter((user) => !known.includes(user ?? ''))).toEqual([]);
    expect(text).not.toContain(`"name":"${chart}"`);
  });

  it('an older Kubernetes is refused, and one with a suffix of its distribution is not', async () => {
    const { stderr } = await tryTemplate(helm, 'tombolo-hub', {}, '--kube-version', 'v1.29.9');
    expect(stderr).toContain('chart requires kubeVersion: >=1.30.0-0');
    for (const version of ['v1.30.4-gke.1348000', 'v1.34.1-eks-113cf36', 'v1.33.0+k3s1']) {
      await template(helm, 'tombolo-hub', {}, '--kube-version', version);
    }
  });

  it('no Secret, no wildcard and no token comes out of either chart', async () => {
    const objects = [
      ...objectsOf(await template(helm, 'tombolo-hub', { members: { zzzc: {} } })),
      ...objectsOf(await template(helm, 'tombolo-member', ENOUGH)),
    ];
    expect(objects.length).toBeGreaterThan(30);
    expect(objects.filter(({ kind }) => kind === 'Secret')).toEqual([]);
    const rules = objects.flatMap((object) => (Array.isArray(object['rules']) ? object['rules'] : []));
    expect(rules.length).toBeGreaterThan(10);
    expect(JSON.stringify(rules)).not.toContain('"*"');
  });

  it.each([
    ['tombolo-hub', {}],
    ['tombolo-member', ENOUGH],
  ] as const)('alerts and dashboards of %s are about metrics that there are', async (chart, values) => {
    const page = readFileSync('docs/metrics.md', 'utf8');
    for (const [file, value] of [
      ['prometheusrule', 'prometheusRule'],
      ['dashboards', 'dashboards'],
    ]) {
      const flags = ['-s', `templates/${file}.yaml`, '--set', `metrics.${value}.enabled=true`];
      const text = await template(helm, chart, values, ...flags);
      const named = [
        ...text.matchAll(/\b(tombolo|workqueue|controller_runtime|rest_client|leader_election)_[a-z_]+\b/g),
      ].map(([name]) => name.replace(/_bucket$/, ''));
      expect(named.length).toBeGreaterThan(0);
      expect(named.filter((name) => !page.includes(`| \`${name}\``))).toEqual([]);
    }
  });

  it.each([
    ['tombolo-hub', {}],
    ['tombolo-member', ENOUGH],
  ] as const)('the dashboard of %s comes through Helm as it is', async (chart, values) => {
    const flags = ['-s', 'templates/dashboards.yaml', '--set', 'metrics.dashboards.enabled=true'];
    const [configMap] = objectsOf(await template(helm, chart, values, ...flags));
    expect(configMap?.metadata.labels).toMatchObject({ grafana_dashboard: '1' });
    const file = readFileSync(`charts/${chart}/dashboards/${chart}.json`, 'utf8');
    expect(configMap?.['data']).toEqual({ [`${chart}.json`]: file });
  });

  it('the heap stays below a memory limit, and is Node’s affair without one', async () => {
    const withLimit = await template(helm, 'tombolo-hub', {}, '-s', 'templates/deployment.yaml');
    expect(withLimit).toContain('--max-old-space-size-percentage=75');
    const flags = ['-s', 'templates/deployment.yaml', '--set', 'resources.limits=null'];
    expect(await template(helm, 'tombolo-hub', {}, ...flags)).not.toContain('NODE_OPTIONS');
  });
});
