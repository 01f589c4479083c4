import { describe, expect, test } from 'vitest';
import { NO_EVIDENCE } from '#controllers/absence/evidence.ts';
import { exportedService } from '#test/builders/exporters.ts';
import { reports } from '#test/builders/imports.ts';
import { memberThatIs } from '#test/builders/members.ts';
import { stalenessAction, withheldOf } from './staleness.ts';

const DEFAULT = { grace: 300_000, headless: 'Keep', clusterSetIP: 'Withdraw' } as const;
const OTHER = { grace: 300_000, headless: 'Withdraw', clusterSetIP: 'Keep' } as const;

describe('endpoints of an unreachable member', () => {
  test.each([
    ['ClusterSetIP', DEFAULT, undefined, 'Withdraw'],
    ['Headless', DEFAULT, undefined, 'Keep'],
    ['ClusterSetIP', OTHER, undefined, 'Keep'],
    ['Headless', OTHER, undefined, 'Withdraw'],
    ['ClusterSetIP', DEFAULT, 'Keep', 'Keep'],
    ['Headless', DEFAULT, 'Withdraw', 'Withdraw'],
    ['Headless', OTHER, 'Keep', 'Keep'],
    ['ClusterSetIP', DEFAULT, 'keep', 'Withdraw'],
    ['Headless', DEFAULT, { any: 'thing' }, 'Keep'],
  ] as const)('of type %s, policy %j, export %j: %s', (type, policy, override, action) => {
    expect(stalenessAction({ unreachable: true, override, policy, type })).toBe(action);
    expect(stalenessAction({ unreachable: false, override, policy, type })).toBe('Keep');
  });
});

describe('what is withheld', () => {
  const place = { namespace: 'prod', service: 'db' };
  const hub = {
    readable: true,
    clusterSet: { metadata: { name: 'clusterset' }, spec: {} },
    member: (cluster: string) => memberThatIs(cluster, cluster === 'north' ? 'True' : 'False', 7),
    evidence: reports({ east: { sequence: 7, services: ['db'] }, west: { sequence: 8, services: ['db'] } }),
    exportedService: (cluster: string) => exportedService(cluster),
  };

  test('are endpoints of members that are unreachable and have not reported since', () => {
    const withheld = withheldOf(hub, 'here', place);
    const all = ['east', 'west', 'north'].map((cluster) => withheld(cluster, 'ClusterSetIP'));
    expect(all).toEqual([true, false, false]);
    expect(withheld('east', 'Headless')).toBe(false);
  });

  test('are never a cluster’s own, whatever the hub says of it', () => {
    expect(withheldOf(hub, 'east', place)('east', 'ClusterSetIP')).toBe(false);
  });

  test('are none while the hub is not read', () => {
    const silent = { ...hub, readable: false, clusterSet: undefined, evidence: NO_EVIDENCE };
    expect(withheldOf(silent, 'here', place)('east', 'ClusterSetIP')).toBe(false);
  });

  test('are what the exporter’s own ServiceExport asks for', () => {
    const asking = { ...hub, exportedService: () => exportedService('east', { staleness: 'Withdraw' }) };
    expect(withheldOf(asking, 'here', place)('east', 'Headless')).toBe(true);
  });
});
