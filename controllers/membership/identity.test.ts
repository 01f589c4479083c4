import { describe, expect, test } from 'vitest';
import type { IClusterSet } from '#apis/hub/cluster-set.ts';
import { judgeIdentity, standsFor } from './identity.ts';

function clusterSet(uid: string | undefined, replaces?: unknown): IClusterSet {
  const metadata = { name: 'clusterset', ...(uid !== undefined && { uid }) };
  // What a hub that lost its schema may hold.
  return { metadata, spec: { replaces } as IClusterSet['spec'] & object };
}

function judge(set: IClusterSet | undefined, accepted?: string, admitted?: string) {
  return judgeIdentity({ clusterSet: set, accepted, admitted }).is;
}

describe('the hub under the known address', () => {
  test.each([
    ['is not judged before its ClusterSet is read', undefined, 'old', undefined, 'unread'],
    ['is the known one by its UID', clusterSet('old'), 'old', undefined, 'accepted'],
    ['is accepted where it is the first', clusterSet('new'), undefined, undefined, 'accept'],
    ['is another one by its UID (lighthouse#1472)', clusterSet('new'), 'old', undefined, 'foreign'],
    [
      'is accepted where it replaces the known one',
      clusterSet('new', ['older', 'old']),
      'old',
      undefined,
      'accept',
    ],
    ['is another one where it replaces others', clusterSet('new', ['older']), 'old', undefined, 'foreign'],
    ["is accepted by the member's admin", clusterSet('new'), 'old', 'new', 'accept'],
    ['is another one than the admin accepts', clusterSet('new'), 'old', 'newest', 'foreign'],
    [
      'is another one than the admin named, on the first day too',
      clusterSet('new'),
      undefined,
      'other',
      'foreign',
    ],
    [
      'is accepted where it replaces the one that the admin named',
      clusterSet('new', ['named']),
      undefined,
      'named',
      'accept',
    ],
    ['stays the known one whatever the admin accepts besides', clusterSet('old'), 'old', 'new', 'accepted'],
    ['is another one where its list is spoilt', clusterSet('new', 'old'), 'old', undefined, 'foreign'],
    ['is not judged without a UID', clusterSet(undefined), 'old', undefined, 'unread'],
  ])('%s', (_name, set, accepted, admitted, expected) => {
    expect(judge(set, accepted, admitted)).toBe(expected);
  });

  test('says what to do about another one', () => {
    const verdict = judgeIdentity({ clusterSet: clusterSet('new'), accepted: 'old', admitted: undefined });
    expect(verdict).toMatchObject({
      why: expect.stringMatching(/spec\.replaces.*--accept-clusterset-uid=new/),
    });
  });
});

test('a ClusterSet stands for itself and for what it replaces', () => {
  const set = clusterSet('new', ['old']);
  expect([standsFor(set, 'new'), standsFor(set, 'old'), standsFor(set, 'other')]).toEqual([
    true,
    true,
    false,
  ]);
});
