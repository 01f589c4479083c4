import { describe, expect, test } from 'vitest';
import type { PolicyRule } from '../controller.ts';
import { describeRight, neededRights } from './missing-rights.ts';

const NAMESPACES = { 'agent-namespace': 'tombolo', 'member-namespace': 'member-zzzc' };

function rule(more: Partial<PolicyRule>): PolicyRule {
  return { on: 'hub', scope: 'cluster', apiGroups: [''], resources: ['services'], verbs: ['get'], ...more };
}

function lines(...rules: PolicyRule[]): string[] {
  return neededRights({ rules, namespaces: NAMESPACES }).map(describeRight);
}

describe('the rights to be checked', () => {
  test('are every verb on every resource of every group, in the namespace that the scope stands for', () => {
    expect(
      lines(
        rule({
          scope: 'member-namespace',
          apiGroups: ['hub.tombolo.dev'],
          resources: ['exportedservices', 'memberreports'],
          verbs: ['create', 'update'],
        }),
      ),
    ).toEqual([
      'create exportedservices.hub.tombolo.dev in namespace member-zzzc',
      'update exportedservices.hub.tombolo.dev in namespace member-zzzc',
      'create memberreports.hub.tombolo.dev in namespace member-zzzc',
      'update memberreports.hub.tombolo.dev in namespace member-zzzc',
    ]);
  });

  test('are named so that a person can grant them', () => {
    expect(
      lines(rule({ resources: ['serviceexports/status'], apiGroups: ['multicluster.x-k8s.io'] })),
    ).toEqual(['get serviceexports/status.multicluster.x-k8s.io in the whole cluster']);
    expect(lines(rule({ scope: 'agent-namespace', resourceNames: ['tombolo-member'] }))).toEqual([
      'get services tombolo-member in namespace tombolo',
    ]);
  });

  test('are asked for once, however many loops need them', () => {
    expect(lines(rule({}), rule({ verbs: ['get', 'list'] }))).toHaveLength(2);
  });
});
