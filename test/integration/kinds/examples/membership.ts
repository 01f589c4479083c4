import { expect } from 'vitest';
import { ClusterSet, clusterSets } from '#apis/hub/cluster-set.ts';
import { Member, members } from '#apis/hub/member.ts';
import { MemberReport, memberReports } from '#apis/hub/member-report.ts';
import {
  ABSENT,
  conditions,
  type KindExamples,
  namespacePatterns,
  requiredUid,
  sequence,
  staleness,
  UID,
  uid,
} from './shared.ts';

const uidLists = {
  accepted: [[], [UID], ABSENT],
  refused: [[''], ['a/b'], ['x'.repeat(129)], Array(101).fill(UID), UID],
};

export const clusterSetExamples: KindExamples = {
  ...clusterSets,
  valid: new ClusterSet({ metadata: { name: 'clusterset' } }),
  fields: [
    {
      path: 'metadata.name',
      accepted: ['clusterset'],
      refused: ['cluster-set', 'default'],
      saying: 'there is one ClusterSet, and its name is clusterset',
    },
    { path: 'spec.precedence', accepted: ['ExportTime', 'HubTime'], refused: ['LocalFirst', ''] },
    { path: 'spec.namespaces.deny', ...namespacePatterns },
    {
      path: 'spec.namespaces.allow',
      accepted: [[], ['kube-system', 'x'.repeat(63)]],
      refused: [['kube-*'], [''], ['a-'], ['x'.repeat(64)], Array(1001).fill('a')],
    },
    { path: 'spec.staleness.graceSeconds', accepted: [0, 30, 86_400, ABSENT], refused: [-1, 86_401, '60'] },
    {
      path: 'spec.staleness.graceSeconds',
      accepted: [],
      refused: [1, 29],
      saying: 'the grace time is 0, which judges nobody, or at least 30 seconds',
    },
    { path: 'spec.staleness.headless', ...staleness },
    { path: 'spec.staleness.clusterSetIP', ...staleness },
    { path: 'spec.replaces', ...uidLists },
    { path: 'spec.resolverVersion', accepted: [1, 2], refused: [0, '1'] },
    conditions,
  ],
  updates: [{ path: 'spec.precedence', to: 'HubTime' }],
  // Defaults are written out, so that the rules in force can be seen.
  printed: { Name: 'clusterset', Precedence: 'ExportTime', Resolver: 1, UID: expect.any(String) },
};

export const memberExamples: KindExamples = {
  ...members,
  valid: new Member({ metadata: { name: 'zzzc' } }),
  fields: [
    {
      path: 'metadata.name',
      accepted: ['zzzc', 'a', '7', 'x'.repeat(55)],
      // A dot is legal in names of objects, hence the rule (https://github.com/submariner-io/lighthouse/issues/707).
      refused: ['eu.west', 'x'.repeat(56)],
      saying: 'a cluster id is one DNS label of at most 55 characters',
    },
    { path: 'spec.allowedNamespaces', ...namespacePatterns },
    {
      path: 'spec.addressRanges',
      accepted: [[], ['10.0.0.0/8', 'fd00::/8', '192.0.2.1/32'], ABSENT],
      refused: [['10.0.0.0'], ['10.0.0.0/33'], ['fd00::/129'], [''], Array(101).fill('10.0.0.0/8')],
    },
    { path: 'spec.removed', ...uidLists },
    { path: 'spec.takeover', ...uid },
    { path: 'status.claimedUID', accepted: [UID, ABSENT], refused: ['', 'a/b', 'x'.repeat(129)] },
    { path: 'status.unreachableSequence', accepted: [0, 1, ABSENT], refused: [-1, 2 ** 53, '1'] },
    conditions,
  ],
  updates: [
    { path: 'spec.removed', to: [UID] },
    { path: 'spec.takeover', to: UID },
  ],
  printed: {
    Name: 'zzzc',
    Claimed: null,
    Reason: null,
    Reachable: null,
    'Cluster UID': null,
    Namespaces: null,
  },
};

export const memberReportExamples: KindExamples = {
  ...memberReports,
  valid: new MemberReport({
    metadata: { name: 'report' },
    spec: {
      clusterUID: UID,
      clusterSetUID: UID,
      agentVersion: '0.1.0',
      inventory: { sequence: 1, services: [] },
    },
  }),
  fields: [
    {
      path: 'metadata.name',
      accepted: ['report'],
      refused: ['report-2'],
      saying: 'a member has one report, and its name is report',
    },
    { path: 'spec', accepted: [], refused: [ABSENT] },
    { path: 'spec.clusterUID', ...requiredUid },
    { path: 'spec.clusterSetUID', ...requiredUid },
    { path: 'spec.agentVersion', accepted: ['', '1.0.0-rc.1+abc'], refused: ['x'.repeat(129), ABSENT] },
    { path: 'spec.inventory', accepted: [], refused: [ABSENT] },
    { path: 'spec.inventory.sequence', ...sequence },
    {
      path: 'spec.inventory.services',
      accepted: [[], ['prod.db'], [`${'n'.repeat(63)}.${'s'.repeat(63)}`], Array(20_000).fill('a.b')],
      refused: [
        ['db'],
        ['prod.db.x'],
        ['prod/db'],
        ['.db'],
        ['prod.'],
        ['Prod.db'],
        ['prod.db\n'],
        [`${'n'.repeat(64)}.${'s'.repeat(63)}`],
        Array(20_001).fill('a.b'),
        ABSENT,
      ],
    },
  ],
  updates: [
    { path: 'spec.clusterUID', to: 'another', refused: 'the report is of one cluster for ever' },
    { path: 'spec.clusterSetUID', to: 'another' },
    { path: 'spec.inventory', to: { sequence: 2, services: ['prod.db'] } },
  ],
  printed: { Name: 'report', 'Cluster UID': UID, Agent: '0.1.0', Sequence: 1 },
};
