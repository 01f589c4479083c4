import { describe, expect, test } from 'vitest';
import type { IMember } from '#apis/hub/member.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import { isTakenOver, judgeClaim } from './claim.ts';

function member(claimedUID?: string, spec: IMember['spec'] = {}): IMember {
  return { metadata: { name: 'zzzc' }, spec, status: claimedUID === undefined ? {} : { claimedUID } };
}

function report(clusterUID: string): IMemberReport {
  return {
    metadata: { name: 'report', namespace: 'member-zzzc' },
    spec: { clusterUID, clusterSetUID: 'set', agentVersion: '1', inventory: { sequence: 1, services: [] } },
  };
}

function judge(of: IMember | undefined, by?: IMemberReport) {
  return judgeClaim({ cluster: 'zzzc', uid: 'own', member: of, report: by });
}

describe('a cluster id is', () => {
  test.each([
    ['refused where the hub does not know it', undefined, undefined, 'refused'],
    ['open where nobody has reported', member(), undefined, 'open'],
    ['open while the hub has not confirmed the own report', member(), report('own'), 'open'],
    ['claimed where the hub says so', member('own'), report('own'), 'claimed'],
    ['claimed where the hub says so though the report is lost', member('own'), undefined, 'claimed'],
    [
      "claimed after a takeover while the other's report is still there",
      member('own'),
      report('other'),
      'claimed',
    ],
    [
      'claimed after a takeover from a removed one, though what that left is still there',
      member('own', { takeover: 'own', removed: ['other'] }),
      report('other'),
      'claimed',
    ],
    ['refused to the second claimant (subctl#705)', member('other'), report('other'), 'refused'],
    ['refused where another report came first', member(), report('other'), 'refused'],
    [
      'refused to the claimant that was removed',
      member('own', { removed: ['own'] }),
      report('own'),
      'refused',
    ],
    [
      'open once the former claimant is removed and cleared away',
      member('other', { removed: ['other'] }),
      undefined,
      'open',
    ],
    [
      'refused until what the removed one left is cleared away',
      member(undefined, { removed: ['other'] }),
      report('other'),
      'refused',
    ],
  ])('%s', (_name, of, by, expected) => {
    expect(judge(of, by).is).toBe(expected);
  });

  test('the refusal names both clusters and the two ways out', () => {
    expect(judge(member('other'))).toMatchObject({
      why: expect.stringMatching(
        /zzzc.*other.*own.*another id.*spec\.takeover of Member zzzc to own.*other to spec\.removed/,
      ),
    });
  });

  test('a report without a spec, which only a hub without schema can hold, is nobody', () => {
    const broken = report('other');
    Reflect.deleteProperty(broken, 'spec');
    expect(judge(member(), broken).is).toBe('open');
  });
});

describe('a cluster is taken over from', () => {
  test.each<[string, IMember | undefined, boolean]>([
    ['where the admin gives its id to another one', member('other', { takeover: 'other' }), true],
    ['before the hub has confirmed that', member('own', { takeover: 'other' }), true],
    ['not where the id is given to itself', member('other', { takeover: 'own' }), false],
    ['not where another one has the id otherwise', member('other'), false],
    ['not by a removed one', member('own', { takeover: 'other', removed: ['other'] }), false],
    ['not by nobody', member('own', { takeover: '' }), false],
    ['not where the hub does not know the id', undefined, false],
  ])('%s', (_when, of, expected) => {
    expect(isTakenOver(of, 'own')).toBe(expected);
  });
});
