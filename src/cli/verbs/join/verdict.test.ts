import { describe, expect, it } from 'vitest';
import type { IClusterSet } from '#apis/hub/cluster-set.ts';
import type { IMember } from '#apis/hub/member.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import type { JoinBundle } from '#src/install/join-bundle.ts';
import type { HubAccess } from './access.ts';
import {
  type ClusterFacts,
  isExchanged,
  judgeClocks,
  judgeCluster,
  judgeExpiry,
  judgeHub,
} from './verdict.ts';

const bundle: JoinBundle = {
  apiVersion: 'tombolo.dev/v1alpha1',
  kind: 'JoinBundle',
  clusterId: 'zzzc',
  hub: { server: 'https://hub.example:6443', certificateAuthorityData: '', clusterSetUID: 'set' },
  token: 'a.b.c',
  invitation: 'invitation',
  expires: '2026-11-24T12:00:00Z',
};
const held: HubAccess = {
  clusterId: 'zzzc',
  clusterSetUID: 'set',
  invitation: 'invitation',
  token: 'd.e.f',
  server: bundle.hub.server,
  kubeconfig: '{}',
};
const fresh: ClusterFacts = {
  version: { major: '1', minor: '34+' },
  uid: 'own',
  agentId: undefined,
  release: undefined,
  held: undefined,
  metSet: undefined,
  property: undefined,
};

describe('a cluster', () => {
  it('that knows nothing of us may join', () => expect(judgeCluster(bundle, fresh, true)).toEqual([]));

  it('that is this member already may join again', () => {
    expect(judgeCluster(bundle, { ...fresh, agentId: 'zzzc', held }, true)).toEqual([]);
  });

  it.each<[string, Partial<ClusterFacts>, string]>([
    [
      'too old an API server',
      { version: { major: '1', minor: '29' } },
      'its API server is 1.29: Kubernetes 1.30 or newer is needed',
    ],
    [
      'an agent under another id',
      { agentId: 'shbt' },
      'the bundle is for zzzc, and this cluster is shbt: let it leave first (tombolo leave)',
    ],
    [
      'credentials under another id',
      { held: { ...held, clusterId: 'shbt' } },
      'the bundle is for zzzc, and this cluster is shbt: let it leave first (tombolo leave)',
    ],
    [
      'a ClusterProperty that somebody else wrote and that says otherwise',
      { property: { metadata: { name: 'cluster.clusterset.k8s.io' }, spec: { value: 'west' } } },
      'the bundle is for zzzc, and ClusterProperty cluster.clusterset.k8s.io of this cluster says "west": they must agree',
    ],
    [
      'an agent of Helm’s',
      { agentId: 'zzzc', release: 'member' },
      "the agent here is Helm's (release member): have its values written by --output-dir, and upgrade the release with them",
    ],
  ])('with %s may not', (_what, facts, line) => {
    expect(judgeCluster(bundle, { ...fresh, ...facts }, true)).toEqual([line]);
  });

  it('with an agent of Helm’s gets files', () => {
    expect(judgeCluster(bundle, { ...fresh, agentId: 'zzzc', release: 'member' }, false)).toEqual([]);
  });
});

describe('a bundle', () => {
  const expiry = Date.parse(bundle.expires);
  it('is good until it expires', () => {
    expect(judgeExpiry(bundle, expiry - 1)).toBeUndefined();
    expect(judgeExpiry(bundle, expiry)).toBe(
      'the bundle expired at 2026-11-24T12:00:00Z, it is 2026-11-24T12:00:00Z now: have another one made ' +
        '(tombolo hub invite zzzc)',
    );
  });

  it('has been exchanged where its token lies, and nowhere else', () => {
    expect(isExchanged(bundle, held)).toBe(true);
    expect(isExchanged(bundle, undefined)).toBe(false);
    for (const other of [{ clusterId: 'shbt' }, { clusterSetUID: 'x' }, { invitation: 'x' }, { token: '' }]) {
      expect(isExchanged(bundle, { ...held, ...other })).toBe(false);
    }
  });
});

describe('clocks', () => {
  const now = Date.parse('2026-11-24T12:00:00Z');
  it('a few minutes apart will do', () => expect(judgeClocks('here', now, now + 540_000)).toBeUndefined());
  it('of a hub that does not tell its time are not compared', () => {
    expect(judgeClocks('here', now, undefined)).toBeUndefined();
  });
  it.each([
    [3_600_000, '13:00:00'],
    [-3_600_000, '11:00:00'],
  ])('an hour apart (%d ms) do not: both times are named', (difference, time) => {
    expect(judgeClocks('in a pod of zzzc', now, now + difference)).toContain(
      `it is 2026-11-24T12:00:00Z in a pod of zzzc and 2026-11-24T${time}Z on the hub`,
    );
  });
});

describe('the hub', () => {
  const clusterSet: IClusterSet = {
    metadata: { name: 'clusterset', uid: 'set' },
    spec: { resolverVersion: 1 },
  };
  const member = (more: Partial<IMember> = {}): IMember => ({ metadata: { name: 'zzzc' }, ...more });
  const report = (clusterUID: string): IMemberReport => ({
    metadata: { name: 'report' },
    spec: { clusterUID, clusterSetUID: 'set', agentVersion: '0', inventory: { sequence: 1, services: [] } },
  });
  const judge = (
    known: Partial<Parameters<typeof judgeHub>[2]>,
    facts: Partial<ClusterFacts> = {},
    takeOver = false,
  ) =>
    judgeHub(
      bundle,
      { ...fresh, ...facts },
      { clusterSet, member: member(), report: undefined, ...known },
      takeOver,
    );

  it('takes a cluster for an id that nobody has', () => expect(judge({})).toBeUndefined());
  it('takes a reinstalled cluster back', () => {
    const claimed = member({ status: { claimedUID: 'own' } });
    expect(judge({ member: claimed, report: report('own') })).toBeUndefined();
  });
  it('that has none of our kinds’ objects is none', () => {
    expect(judge({ clusterSet: undefined })).toContain('has no ClusterSet');
  });
  it('that was made anew since the invitation is another one', () => {
    const other = { ...clusterSet, metadata: { name: 'clusterset', uid: 'other' } };
    expect(judge({ clusterSet: other })).toContain('(ClusterSet other, not set): have another bundle made');
  });
  it('of another set than the one that the agent here belongs to is refused, unless it stands in for that one', () => {
    expect(judge({}, { metSet: 'before' })).toContain('let it leave there first (tombolo leave)');
    expect(judge({}, { held: { ...held, clusterSetUID: 'before' } })).toContain('let it leave there first');
    const replacing = { ...clusterSet, spec: { replaces: ['before'] } };
    expect(judge({ clusterSet: replacing }, { metSet: 'before' })).toBeUndefined();
  });
  it('with rules that this agent does not know is refused', () => {
    expect(judge({ clusterSet: { ...clusterSet, spec: { resolverVersion: 2 } } })).toContain('by version 2');
  });
  it('that has not let the cluster in says so', () => {
    expect(judge({ member: undefined })).toContain('the hub has no Member zzzc');
  });

  const taken = (reachable: 'True' | 'False', spec: NonNullable<IMember['spec']> = {}) =>
    member({
      spec,
      status: {
        claimedUID: 'other',
        conditions: [
          { type: 'Reachable', status: reachable, reason: 'x', message: '', lastTransitionTime: '' },
        ],
      },
    });
  it('refuses a second claimant, and names both (guards against https://github.com/submariner-io/subctl/issues/705)', () => {
    const said = judge({ member: taken('True'), report: report('other') });
    expect(said).toContain('kube-system UID other, this one has own');
    expect(said).toContain('--take-over');
  });
  it('lets nobody take over from a cluster that is alive', () => {
    expect(judge({ member: taken('True') }, {}, true)).toContain('is alive: the hub hears of it');
  });
  it('lets a rebuilt cluster take over by its admin’s word, and the command for it is given', () => {
    expect(judge({ member: taken('False') }, {}, true)).toContain(
      `kubectl patch members.hub.tombolo.dev zzzc --type=merge -p '{"spec":{"takeover":"own","removed":["other"]}}'`,
    );
    expect(judge({ member: taken('False', { takeover: 'own' }), report: report('other') }, {}, true)).toBe(
      undefined,
    );
    expect(judge({ member: taken('False', { takeover: 'third' }) }, {}, true)).toContain('"takeover":"own"');
  });
  it('is told that the former cluster is gone for good, and keeps who was removed before: the patch replaces the list', () => {
    const said = judge({ member: taken('False', { removed: ['first', 'second'] }) }, {}, true);
    expect(said).toContain(`"removed":["first","second","other"]}}'`);
  });
  it('that has removed the former cluster already needs no other word, and lets the next one in once it is cleared away', () => {
    const emptied = { member: taken('False', { removed: ['other'] }) };
    for (const takeOver of [false, true]) {
      const said = judge({ ...emptied, report: report('other') }, {}, takeOver);
      expect(said).toBe('waiting for the hub to clear away what removed cluster other left');
      expect(judge(emptied, {}, takeOver)).toBeUndefined();
    }
  });
  it('that has removed this very cluster does not take it back, and is not asked to', () => {
    expect(judge({ member: member({ spec: { removed: ['own'] } }) }, {}, true)).toContain('spec.removed');
    for (const takeover of ['own', 'third']) {
      const said = judge({ member: taken('False', { removed: ['own'], takeover }) }, {}, true);
      expect(said).toContain('take the UID out of spec.removed');
      expect(said).not.toMatch(/kubectl|--take-over/);
    }
  });
});
