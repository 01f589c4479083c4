import { describe, expect, test } from 'vitest';
import type { ILease } from '#apis/kubernetes/lease.ts';
import { givenBack, heldBy, mayTake, observe } from './candidacy.ts';

const AT = Date.parse('2026-11-24T12:00:00Z');
const lease = (spec: ILease['spec'], resourceVersion = '7'): ILease => ({
  metadata: { name: 'leader', resourceVersion },
  spec: { ...spec },
});

describe('a Lease', () => {
  test('may be taken that nobody holds', () => {
    expect(mayTake('me', lease({}), { version: '7', since: 0 }, 0)).toBe(true);
  });

  test('may be taken by whom it names: that was this pod, before its container was begun anew', () => {
    const held = lease({ holderIdentity: 'me', leaseDurationSeconds: 15 });
    expect(mayTake('me', held, { version: '7', since: 0 }, 0)).toBe(true);
  });

  test('may be taken that was not renewed, as seen from here, for as long as it says', () => {
    const held = lease({ holderIdentity: 'a', leaseDurationSeconds: 15 });
    const seen = observe(undefined, held, 1_000);
    expect(mayTake('me', held, seen, 15_999)).toBe(false);
    expect(mayTake('me', held, seen, 16_000)).toBe(true);
  });

  test('counts anew from each change of it, and from nothing else', () => {
    const seen = observe(undefined, lease({}, '7'), 1_000);
    expect(observe(seen, lease({}, '7'), 5_000)).toBe(seen);
    expect(observe(seen, lease({}, '8'), 5_000)).toEqual({ version: '8', since: 5_000 });
  });

  test.each(['1970-01-01T00:00:00.000000Z', '2999-01-01T00:00:00.000000Z', 'nonsense'])(
    'is not judged by the time that its holder wrote (%s)',
    (renewTime) => {
      const held = lease({ holderIdentity: 'a', leaseDurationSeconds: 15, renewTime });
      expect(mayTake('me', held, { version: '7', since: 0 }, 14_999)).toBe(false);
    },
  );
});

test('a new holder is written down with the time and one more transition; a renewal changes only the time', () => {
  const taken = heldBy('b', { holderIdentity: 'a', leaseTransitions: 4 }, AT, 15_000);
  expect(taken).toEqual({
    holderIdentity: 'b',
    leaseDurationSeconds: 15,
    acquireTime: '2026-11-24T12:00:00.000000Z',
    renewTime: '2026-11-24T12:00:00.000000Z',
    leaseTransitions: 5,
  });
  expect(heldBy('b', taken, AT + 2_000, 15_000)).toEqual({
    ...taken,
    renewTime: '2026-11-24T12:00:02.000000Z',
  });
});

test('one that is given back has no holder, and its transitions are kept', () => {
  expect(givenBack(heldBy('a', undefined, AT, 15_000), AT)).toMatchObject({
    leaseDurationSeconds: 1,
    leaseTransitions: 0,
  });
  expect(givenBack(heldBy('a', undefined, AT, 15_000), AT)).not.toHaveProperty('holderIdentity');
});
