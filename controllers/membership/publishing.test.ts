import { describe, expect, test } from 'vitest';
import type { IMember } from '#apis/hub/member.ts';
import type { PropertyObstacle } from './property.ts';
import { Publishing } from './publishing.ts';

const DISAGREEMENT: PropertyObstacle = { is: 'disagreement', why: 'the property is "bjpdc"' };
const UNREAD: PropertyObstacle = { is: 'unread', why: 'waiting to read' };

/** The agent of zzzc, in the cluster with UID `own`, on a hub on which `claimant` has the id. */
function publishing({
  claimant = 'own',
  obstacle,
  whyUnreadable,
}: {
  claimant?: string | undefined;
  obstacle?: PropertyObstacle;
  whyUnreadable?: string;
}) {
  const member: IMember = { metadata: { name: 'zzzc' }, spec: {}, status: { claimedUID: claimant } };
  return new Publishing({
    cluster: 'zzzc',
    hub: {
      readable: whyUnreadable === undefined,
      whyUnreadable,
      member: () => member,
      reportAsIs: () => undefined,
    },
    namespaces: { get: () => ({ metadata: { name: 'kube-system', uid: 'own' } }) },
    state: { current: undefined },
    properties: { obstacle },
  });
}

describe('an agent', () => {
  test('whose cluster the hub knows by its id publishes', () => {
    const found = publishing({});
    expect(found.claim).toEqual({ is: 'claimed' });
    expect([found.unread, found.silence, found.obstacle]).toEqual([undefined, undefined, undefined]);
  });

  test('whose cluster says otherwise of itself publishes nothing, and has the id all the same', () => {
    const found = publishing({ obstacle: DISAGREEMENT });
    expect(found.claim).toEqual({ is: 'refused', why: DISAGREEMENT.why });
    expect(found.silence).toBe(DISAGREEMENT.why);
    expect(found.unread).toBeUndefined();
    expect(found.claimOnHub).toEqual({ is: 'claimed' });
  });

  test('of another cluster has not the id, whatever its own properties say', () => {
    const found = publishing({ claimant: 'theirs', obstacle: DISAGREEMENT });
    expect(found.claimOnHub).toMatchObject({ is: 'refused', why: expect.stringContaining('theirs') });
    expect(publishing({ claimant: 'theirs' }).silence).toContain('theirs');
  });

  test('that has not looked at its own properties yet does not know whether it may publish', () => {
    const found = publishing({ obstacle: UNREAD });
    expect(found.claim.is).toBe('refused');
    expect(found.unread).toBe(UNREAD.why);
    expect(publishing({ obstacle: { ...UNREAD, is: 'unreadable' } }).unread).toBeUndefined();
  });

  test('that has not read the hub says that first', () => {
    const found = publishing({ obstacle: DISAGREEMENT, whyUnreadable: 'no answer' });
    expect([found.unread, found.obstacle]).toEqual(['no answer', 'no answer']);
    expect(found.claimOnHub).toEqual({ is: 'refused', why: 'no answer' });
  });

  test('whose report is refused may not send what is new, but still writes what the hub has', () => {
    const found = publishing({});
    found.reportRefusal = '403';
    expect(found.obstacle).toMatch(/refuses this member's report: 403/);
    expect(found.silence).toBeUndefined();
  });
});
