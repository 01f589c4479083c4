import { describe, expect, test } from 'vitest';
import { NO_EVIDENCE } from '#controllers/absence/evidence.ts';
import { exportedService } from '#test/builders/exporters.ts';
import { reports } from '#test/builders/imports.ts';
import { memberThatIs } from '#test/builders/members.ts';
import { isWithdrawn, stalenessAction, withheldOf } from './staleness.ts';

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

  describe('of a cluster that another one takes over from,', () => {
    const spec = { takeover: 'kube-system-anew' };
    const taken = (status: 'True' | 'False', claimedUID: string) => {
      const { status: known, ...member } = memberThatIs('east', status, 7);
      return { ...hub, member: () => ({ ...member, spec, status: { ...known, claimedUID } }) };
    };
    const author = (uid: string) => ({
      exportedService: () => {
        const record = exportedService('east');
        return { ...record, spec: { ...record.spec, asserted: { uid, sequence: 1 } } };
      },
    });
    const [first, anew] = [author('kube-system-east'), author('kube-system-anew')];
    const reported = {
      evidence: {
        ...NO_EVIDENCE,
        report: () => ({ uid: 'kube-system-anew', sequence: 8, names: () => true }),
      },
    };
    const said = (known: typeof hub) => withheldOf(known, 'here', place)('east', 'ClusterSetIP');

    test('are all of them until that one reports', () => {
      for (const claimedUID of ['kube-system-east', 'kube-system-anew']) {
        expect(said({ ...taken('False', claimedUID), ...first })).toBe(true);
      }
    });

    test('are those that were before from then on, and none of that one’s own', () => {
      for (const status of ['True', 'False'] as const) {
        const known = { ...taken(status, 'kube-system-anew'), ...reported };
        expect(said({ ...known, ...first })).toBeUndefined();
        expect(said({ ...known, ...anew })).toBe(false);
        expect(isWithdrawn(known, 'here', { cluster: 'east', ...place }, 'ClusterSetIP')).toBe(false);
      }
    });

    test('are no others than before where the Lease is heard of first', () => {
      expect(said({ ...taken('True', 'kube-system-anew'), ...first })).toBeUndefined();
    });

    test('are all of them while the Member here is from before the takeover, though that one’s report is there', () => {
      const known = { ...hub, ...reported };
      expect(said({ ...known, ...first })).toBe(true);
    });
  });
});
