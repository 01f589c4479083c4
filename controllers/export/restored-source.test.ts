import { describe, expect, test } from 'vitest';
import {
  recordSpec,
  recordsInput,
  serviceRecord,
  settled,
  sliceRecord,
  UID,
  type World,
  wish,
  words,
} from '#test/builders/records.ts';
import { planNamed, planRecords } from './records.ts';

describe('the hub shows a later generation of a slice than this cluster has', () => {
  const later = {
    ...sliceRecord('a'),
    spec: { ...sliceRecord('a').spec, source: { uid: 'slice', generation: 9 } },
  };
  const world = { ...settled, slices: new Map([['a', later]]) };
  const moved = wish([], { slices: new Map([['a', recordSpec('10.0.0.2')]]) });

  test('where the cache may only be behind nothing is written over it', () => {
    expect(planRecords(recordsInput(world, moved))).toEqual([]);
  });

  test('where the cluster was restored it is vouched for anew: first an inventory above it, then the slice under that', () => {
    const restored = (of: World) => ({ ...recordsInput(of, moved), wentBack: () => true });
    expect(planRecords(restored(world))).toMatchObject([
      { do: 'update service', draft: { sequence: undefined, above: 10 } },
    ]);
    const held = serviceRecord({ inventory: { sequence: 11, slices: ['a'] } });
    const steps = planRecords(restored({ ...world, held }));
    expect(words(steps)).toEqual(['update slice a']);
    expect(steps).toMatchObject([
      { spec: { source: { generation: 1 }, asserted: { uid: UID, sequence: 11 } } },
    ]);
    const vouched = { ...recordSpec('10.0.0.2'), asserted: { uid: UID, sequence: 11 } };
    const settledAgain = { ...world, held, slices: new Map([['a', { ...later, spec: vouched }]]) };
    expect(planRecords(restored(settledAgain))).toEqual([]);
  });

  test('while the hub refuses the record of the Service it waits for the inventory', () => {
    const restored = { ...recordsInput(world, moved), wentBack: () => true };
    expect(planNamed(restored)).toEqual([]);
  });
});
