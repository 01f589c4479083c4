import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ConditionState, findCondition, mergeConditions, removeConditions } from './conditions.ts';
import type { Condition } from './meta.ts';

const noon = Date.UTC(2026, 10, 24, 12, 0, 0, 789);
const later = noon + 60_000;
const valid: ConditionState = { type: 'Valid', status: 'True', reason: 'Valid', message: 'Exported.' };

/** A list as a first write leaves it. */
function written(...states: ConditionState[]): Condition[] {
  return mergeConditions([], states, { now: noon, observedGeneration: 1 });
}

describe('mergeConditions', () => {
  test('stamps a new condition with the second of now and the generation judged', () => {
    expect(written(valid)).toEqual([
      { ...valid, lastTransitionTime: '2026-11-24T12:00:00Z', observedGeneration: 1 },
    ]);
  });

  test('returns the very same list when nothing differs, however late it is: no status churn', () => {
    const current = written(valid);
    expect(mergeConditions(current, [valid], { now: later, observedGeneration: 1 })).toBe(current);
  });

  test('keeps lastTransitionTime while only reason, message or generation change', () => {
    const current = written({ ...valid, status: 'False', reason: 'NoService', message: 'No Service.' });
    const [after] = mergeConditions(
      current,
      [{ ...valid, status: 'False', reason: 'InvalidServiceType', message: 'ExternalName.' }],
      { now: later, observedGeneration: 2 },
    );
    expect(after).toEqual({
      type: 'Valid',
      status: 'False',
      reason: 'InvalidServiceType',
      message: 'ExternalName.',
      lastTransitionTime: '2026-11-24T12:00:00Z',
      observedGeneration: 2,
    });
  });

  test('moves lastTransitionTime when the status flips', () => {
    const [after] = mergeConditions(written(valid), [{ ...valid, status: 'False' }], { now: later });
    expect(after?.lastTransitionTime).toBe('2026-11-24T12:01:00Z');
  });

  test('drops observedGeneration where the object judged has none', () => {
    const [after] = mergeConditions(written(valid), [valid], { now: later });
    expect(after).not.toHaveProperty('observedGeneration');
  });

  test("keeps other writers' conditions, the order and fields it does not know", () => {
    const foreign = { ...valid, type: 'example.com/Audited', lastTransitionTime: '2020-01-01T00:00:00Z' };
    const ours = { ...valid, lastTransitionTime: '2020-01-01T00:00:00Z', severity: 'low' };
    const after = mergeConditions([foreign, ours], [{ ...valid, message: 'Still.' }], { now: later });
    expect(after).toEqual([foreign, { ...ours, message: 'Still.' }]);
  });

  test('changes neither the list nor the conditions that it was given', () => {
    const current = written(valid);
    const before = structuredClone(current);
    mergeConditions(current, [{ ...valid, status: 'False' }], { now: later });
    expect(current).toEqual(before);
  });

  test('holds every state asked for, once, and is idempotent, for any list', () => {
    const state = fc.record({
      type: fc.constantFrom('Valid', 'Ready', 'Conflict', 'Other'),
      status: fc.constantFrom('True' as const, 'False' as const, 'Unknown' as const),
      reason: fc.constantFrom('A', 'B'),
      message: fc.string(),
    });
    const states = fc.uniqueArray(state, { selector: ({ type }) => type });
    fc.assert(
      fc.property(states, states, (first, second) => {
        const current = mergeConditions([], first, { now: noon });
        const merged = mergeConditions(current, second, { now: later });
        const types = new Set([...first, ...second].map(({ type }) => type));
        expect(merged.map(({ type }) => type).sort()).toEqual([...types].sort());
        for (const wanted of second) expect(findCondition(merged, wanted.type)).toMatchObject(wanted);
        expect(mergeConditions(merged, second, { now: later + 1e6 })).toBe(merged);
      }),
    );
  });
});

describe('removeConditions', () => {
  test('takes out the named types and leaves the others', () => {
    const current = written(valid, { ...valid, type: 'Conflict' });
    expect(removeConditions(current, ['Conflict', 'Ready']).map(({ type }) => type)).toEqual(['Valid']);
  });

  test('returns the very same list when it has none of them', () => {
    const current = written(valid);
    expect(removeConditions(current, ['Conflict'])).toBe(current);
  });
});

test('findCondition finds by type, and nothing in no list', () => {
  expect(findCondition(written(valid), 'Valid')?.reason).toBe('Valid');
  expect(findCondition(written(valid), 'Ready')).toBeUndefined();
  expect(findCondition(undefined, 'Valid')).toBeUndefined();
});
