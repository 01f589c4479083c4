import { describe, expect, test } from 'vitest';
import type { ILease } from '#apis/kubernetes/lease.ts';
import {
  higherVersion,
  type Inventoried,
  type KnownRenewals,
  rollbackByInventory,
  rollbackByLease,
  rollbackByVersion,
} from './rollback.ts';

const known: KnownRenewals = {
  highest: '1000',
  renewTime: '2026-01-01T00:00:10.000000Z',
  holder: 'agent-1',
};

function lease(resourceVersion: string, renewTime: string, holderIdentity = 'agent-1'): ILease {
  return { metadata: { name: 'tombolo-member', resourceVersion }, spec: { renewTime, holderIdentity } };
}

function inventory(sequence?: number): Inventoried {
  return { metadata: { name: 'report' }, spec: sequence === undefined ? {} : { inventory: { sequence } } };
}

describe('a hub went back in time where', () => {
  test.each([
    ['a renewal gives a lower version', rollbackByVersion(known, '999')],
    [
      'a renewal gives a version with fewer digits',
      rollbackByVersion({ ...known, highest: '9007199254740993' }, '9007199254740992'),
    ],
    ['the Lease shows a lower version', rollbackByLease(known, lease('999', '2026-01-01T00:00:00.000000Z'))],
    [
      'the Lease shows an older renewal of this holder under a higher version, as after objects were written anew',
      rollbackByLease(known, lease('5000', '2026-01-01T00:00:00.000000Z')),
    ],
    ['the Lease is gone', rollbackByLease(known, undefined)],
    ['an inventory has a lower sequence than before', rollbackByInventory(inventory(8), inventory(7), 5)],
  ])('%s', (_name, why) => {
    expect(why).toEqual(expect.any(String));
  });
});

describe('a hub did not go back in time where', () => {
  test.each([
    ['a renewal gives a higher version', rollbackByVersion(known, '1001')],
    ['no renewal is known', rollbackByVersion({ ...known, highest: '' }, '5')],
    ['the version is no number', rollbackByVersion(known, 'abc')],
    ['a first Lease is not there yet', rollbackByLease({ ...known, highest: '' }, undefined)],
    [
      'a reply was lost: the Lease is newer than known',
      rollbackByLease(known, lease('1001', '2026-01-01T00:00:20.000000Z')),
    ],
    [
      'another instance whose clock is behind has renewed',
      rollbackByLease(known, lease('1001', '2026-01-01T00:00:00.000000Z', 'agent-2')),
    ],
    [
      'this process has not renewed yet',
      rollbackByLease({ ...known, renewTime: undefined }, lease('1001', '2020-01-01T00:00:00.000000Z')),
    ],
    ['an inventory grew', rollbackByInventory(inventory(7), inventory(8), 5)],
    ['the inventory is written again anyway', rollbackByInventory(inventory(8), inventory(7), 9)],
    ['an inventory cannot be read', rollbackByInventory(inventory(8), inventory(), 5)],
  ])('%s', (_name, why) => {
    expect(why).toBeUndefined();
  });
});

test('versions are compared as numbers, beyond what a double can hold', () => {
  expect(higherVersion('999', '1000')).toBe('1000');
  expect(higherVersion('9007199254740993', '9007199254740992')).toBe('9007199254740993');
  expect(higherVersion('', '5')).toBe('5');
  expect(higherVersion('5', undefined)).toBe('5');
  expect(higherVersion('5', 'junk')).toBe('5');
});
