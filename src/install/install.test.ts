import { describe, expect, test } from 'vitest';
import { hubManifests, hubMemberManifests } from './hub.ts';
import type { Manifest } from './manifest.ts';
import { manifestPath } from './manifest-path.ts';
import { MEMBER_ACCOUNT, memberManifests } from './member.ts';
import type { Rule } from './rbac.ts';

const everything = [...hubManifests(), ...hubMemberManifests({ clusterId: 'zzzc' }), ...memberManifests()];

function rulesOf(manifests: readonly Manifest[]): Rule[] {
  // What rbac.ts puts there.
  return manifests.flatMap(({ rules }) => (rules as Rule[] | undefined) ?? []);
}

describe('no role of ours', () => {
  const rules = rulesOf(everything);
  test.each([
    ['a wildcard', (rule: Rule) => [...rule.apiGroups, ...rule.resources, ...rule.verbs].includes('*')],
    [
      'secrets but the two by name',
      (rule: Rule) =>
        rule.resources.includes('secrets') &&
        !/^(tombolo-hub|tombolo-join)$/.test(rule.resourceNames?.join() ?? ''),
    ],
    ['impersonation', (rule: Rule) => rule.verbs.includes('impersonate')],
    ['a way to grant rights', (rule: Rule) => rule.apiGroups.some((group) => /rbac|admission/.test(group))],
    [
      'a way to make tokens of others',
      (rule: Rule) =>
        rule.resources.some((name) => name.startsWith('serviceaccounts')) &&
        rule.resourceNames?.join() !== MEMBER_ACCOUNT,
    ],
    [
      'a way to run pods',
      (rule: Rule) => rule.resources.some((name) => /^(pods|deployments|jobs)/.test(name)),
    ],
  ])('holds %s', (_what, holds) => {
    expect(rules.length).toBeGreaterThan(10);
    expect(rules.filter(holds)).toEqual([]);
  });
});

describe('a member’s manifests on the hub', () => {
  test('stay within its namespace, but for the binding that lets it read', () => {
    const outside = hubMemberManifests({ clusterId: 'zzzc' }).filter(
      ({ kind, metadata }) => kind !== 'Namespace' && metadata.namespace !== 'member-zzzc',
    );
    expect(outside.map(manifestPath)).toEqual([
      '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/tombolo-reader-zzzc',
    ]);
  });

  test('share no object with another member’s, so that removing one leaves the other whole', () => {
    const [a, b] = ['zzzc', 'shbt'].map((clusterId) => hubMemberManifests({ clusterId }).map(manifestPath));
    expect(a?.filter((path) => b?.includes(path))).toEqual([]);
  });

  test.each(['', 'a.b', 'A', 'x'.repeat(56), '../default'])(
    'are refused for %j, which is no cluster id',
    (id) => {
      expect(() => hubMemberManifests({ clusterId: id })).toThrow(RangeError);
    },
  );
});

test('an installation in another namespace names that one throughout', () => {
  const text = JSON.stringify([
    ...memberManifests({ agentNamespace: 'elsewhere' }),
    ...hubManifests({ hubNamespace: 'elsewhere-too' }),
  ]);
  expect(text).toContain('system:serviceaccount:elsewhere:tombolo-member');
  expect(text).not.toContain('tombolo-system');
  expect(text).not.toContain('"namespace":"tombolo-hub"');
});

test('a hub in a member’s own cluster shares no object with the member’s installation', () => {
  const hub = hubManifests().map(manifestPath);
  expect(
    memberManifests()
      .map(manifestPath)
      .filter((path) => hub.includes(path)),
  ).toEqual([]);
});

test('every object has a path of its own on an API server', () => {
  const paths = everything.map(manifestPath);
  expect(new Set(paths).size).toBe(paths.length);
  expect(paths).toContain('/api/v1/namespaces/member-zzzc');
  expect(paths).toContain('/api/v1/namespaces/member-zzzc/serviceaccounts/tombolo-member');
});

test('a kind that no installation holds has no path', () => {
  expect(() => manifestPath({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' } })).toThrow('Pod');
});
