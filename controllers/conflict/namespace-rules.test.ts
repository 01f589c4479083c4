import { describe, expect, test } from 'vitest';
import type { IClusterSet } from '#apis/hub/cluster-set.ts';
import type { IMember } from '#apis/hub/member.ts';
import { namespaceAllowed } from './namespace-rules.ts';

function clusterSet(namespaces: { deny?: unknown; allow?: unknown }): IClusterSet {
  // What a hub without our schema may hold.
  return { metadata: { name: 'clusterset' }, spec: { namespaces: namespaces as { deny?: string[] } } };
}

function member(allowedNamespaces: unknown): IMember {
  return { metadata: { name: 'zzzc' }, spec: { allowedNamespaces: allowedNamespaces as string[] } };
}

function verdict(namespace: string, set?: IClusterSet, exporting?: IMember): string {
  const answer = namespaceAllowed(namespace, set, exporting);
  return answer.allowed ? 'allowed' : answer.why;
}

describe('without rules', () => {
  test.each([
    ['prod', 'allowed'],
    ['default', 'allowed'],
    ['kube', 'allowed'],
    ['kubernetes', 'allowed'],
    ['my-kube-system', 'allowed'],
    ['member', 'allowed'],
    ['kube-system', 'namespace kube-system is a system namespace (kube-*)'],
    ['kube-public', 'namespace kube-public is a system namespace (kube-*)'],
    ['kube-', 'namespace kube- is a system namespace (kube-*)'],
    ['openshift-ingress', 'namespace openshift-ingress is a system namespace (openshift-*)'],
    ['tombolo', 'namespace tombolo is a system namespace (tombolo)'],
    ['tombolo-system', 'namespace tombolo-system is a system namespace (tombolo-*)'],
    ['member-zzzc', 'namespace member-zzzc is a system namespace (member-*)'],
  ])('%s: %s', (namespace, expected) => {
    expect(verdict(namespace)).toBe(expected);
    expect(verdict(namespace, clusterSet({}), member(undefined))).toBe(expected);
    expect(verdict(namespace, clusterSet({ deny: null, allow: null }), member(null))).toBe(expected);
    expect(verdict(namespace, { metadata: { name: 'clusterset' } }, { metadata: { name: 'zzzc' } })).toBe(
      expected,
    );
  });
});

describe('the ClusterSet', () => {
  test('denies exact names and prefixes', () => {
    const set = clusterSet({ deny: ['secret', 'team-*'] });
    expect(verdict('secret', set)).toBe('namespace secret is denied by the ClusterSet (secret)');
    expect(verdict('team-a', set)).toBe('namespace team-a is denied by the ClusterSet (team-*)');
    expect(verdict('secrets', set)).toBe('allowed');
    expect(verdict('team', set)).toBe('allowed');
  });

  test('can deny everything and allow single ones', () => {
    const set = clusterSet({ deny: ['*'], allow: ['prod'] });
    expect(verdict('prod', set)).toBe('allowed');
    expect(verdict('default', set)).toBe('namespace default is denied by the ClusterSet (*)');
  });

  test('can allow a system namespace by its exact name (https://github.com/submariner-io/lighthouse/pull/2278)', () => {
    const set = clusterSet({ allow: ['kube-system'], deny: ['kube-system'] });
    expect(verdict('kube-system', set)).toBe('allowed');
    expect(verdict('kube-public', set)).toMatch(/system namespace/);
  });

  test('cannot allow by prefix: an exception is one namespace', () => {
    expect(verdict('kube-system', clusterSet({ allow: ['kube-*'] }))).toMatch(/system namespace/);
  });

  test.each(['kube-system', { length: 1 }, 7, [null, 7, {}]])(
    'with the unreadable rules %j leaves the built-in ones',
    (rules) => {
      expect(verdict('kube-system', clusterSet({ allow: rules, deny: rules }))).toMatch(/system namespace/);
      expect(verdict('prod', clusterSet({ allow: rules, deny: rules }))).toBe('allowed');
    },
  );
});

describe('the Member', () => {
  test('may export only what it is allowed to, by exact name or prefix', () => {
    const exporting = member(['prod', 'team-*']);
    expect(verdict('prod', undefined, exporting)).toBe('allowed');
    expect(verdict('team-a', undefined, exporting)).toBe('allowed');
    expect(verdict('default', undefined, exporting)).toBe(
      'namespace default is not among those that member zzzc may export',
    );
  });

  test('with an empty list exports nothing', () => {
    expect(verdict('prod', undefined, member([]))).toMatch(/not among/);
  });

  test('cannot give itself what the set denies', () => {
    expect(verdict('kube-system', undefined, member(['kube-system', '*']))).toMatch(/system namespace/);
    expect(verdict('prod', clusterSet({ deny: ['prod'] }), member(['prod']))).toMatch(/denied/);
  });

  test('needs both the set’s exception and its own permission for a system namespace', () => {
    const set = clusterSet({ allow: ['kube-system'] });
    expect(verdict('kube-system', set, member(['prod']))).toMatch(/not among/);
    expect(verdict('kube-system', set, member(['kube-system']))).toBe('allowed');
  });
});
