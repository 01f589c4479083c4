import { describe, expect, test } from 'vitest';
import type { Asserted } from '#apis/hub/asserted.ts';
import { type Evidence, NO_EVIDENCE } from './evidence.ts';
import { assertedOf, laterAsserted, serviceGone, sliceGone } from './proof.ts';

const at = { cluster: 'east', namespace: 'prod', service: 'db', sliceHash: 'h1' };
const asserted: Asserted = { uid: 'uid-1', sequence: 10 };

function inventory(uid: string, sequence: number, ...names: string[]) {
  return { uid, sequence, names: (name: string) => names.includes(name) };
}

function evidence(part: Partial<Evidence>): Evidence {
  return { ...NO_EVIDENCE, ...part };
}

describe('an export is gone', () => {
  test.each([
    ['a newer report does not name it', inventory('uid-1', 11), true],
    ['the very report that vouched for it does not name it', inventory('uid-1', 10), true],
    ['an older report does not name it', inventory('uid-1', 9), false],
    ['a newer report of another cluster under the same id does not name it', inventory('uid-2', 11), false],
    ['a newer report names it', inventory('uid-1', 11, 'prod.db'), false],
    ['a newer report names only a Service that spells alike', inventory('uid-1', 11, 'prod-db'), true],
    ['there is no report', undefined, false],
  ])('when %s: %s', (_when, report, gone) => {
    const why = serviceGone(evidence({ report: () => report }), at, asserted);
    expect(why !== undefined).toBe(gone);
  });

  test('when the admin has stated that its cluster is removed, whatever its report says', () => {
    const why = serviceGone(
      evidence({
        isRemoved: (cluster, uid) => cluster === 'east' && uid === 'uid-1',
        report: () => inventory('uid-1', 11, 'prod.db'),
      }),
      at,
      asserted,
    );
    expect(why).toBe("the hub's admin has stated that cluster east (uid-1) is removed");
  });

  test('not when another cluster that had the id before is stated to be removed', () => {
    const why = serviceGone(evidence({ isRemoved: (_cluster, uid) => uid === 'uid-0' }), at, asserted);
    expect(why).toBeUndefined();
  });

  test('and the log can say by which numbers', () => {
    expect(serviceGone(evidence({ report: () => inventory('uid-1', 12) }), at, asserted)).toBe(
      'cluster east no longer names prod/db among its exports (its report has sequence 12, the export was asserted at 10)',
    );
  });
});

describe('a slice is gone', () => {
  test.each([
    ["its service's newer inventory does not name it", { service: () => inventory('uid-1', 11, 'h2') }, true],
    ["its service's older inventory does not name it", { service: () => inventory('uid-1', 9) }, false],
    ["its service's newer inventory names it", { service: () => inventory('uid-1', 11, 'h1') }, false],
    ['a newer report does not name its service', { report: () => inventory('uid-1', 11) }, true],
    [
      'a newer report does not name its service, although the service record still names it',
      { report: () => inventory('uid-1', 12), service: () => inventory('uid-1', 11, 'h1') },
      true,
    ],
    ['its cluster is removed', { isRemoved: () => true }, true],
    ['nothing is known', {}, false],
  ] as [string, Partial<Evidence>, boolean][])('when %s: %s', (_when, part, gone) => {
    expect(sliceGone(evidence(part), at, asserted) !== undefined).toBe(gone);
  });
});

describe('the assertion that an imported object carries', () => {
  test('never goes down within one cluster', () => {
    expect(laterAsserted(asserted, { uid: 'uid-1', sequence: 4 })).toEqual(asserted);
    expect(laterAsserted(asserted, { uid: 'uid-1', sequence: 14 })).toEqual({ uid: 'uid-1', sequence: 14 });
  });

  test('is that of the record where another cluster has taken over the id, however low its sequence', () => {
    expect(laterAsserted(asserted, { uid: 'uid-2', sequence: 4 })).toEqual({ uid: 'uid-2', sequence: 4 });
  });

  test.each([
    undefined,
    null,
    'uid-1/3',
    {},
    { uid: 'uid-1' },
    { uid: 'uid-1', sequence: '3' },
    { uid: 'uid-1', sequence: Number.NaN },
    { uid: 'uid-1', sequence: -1 },
    { uid: 'uid-1', sequence: 2 ** 60 },
    { uid: 'a/b', sequence: 3 },
    { uid: '', sequence: 3 },
  ])('is none where the wire brought %j', (value) => {
    expect(assertedOf(value)).toBeUndefined();
  });
});
