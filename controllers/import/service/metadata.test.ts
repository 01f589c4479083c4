import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EXPORTED_KEYS_ANNOTATION } from '#apis/labels.ts';
import type { ObjectMeta } from '#apis/meta.ts';
import { exportedOn, type Keys, mergedMetadata, sameMetadata } from './metadata.ts';

const NOTHING: Keys = { labels: {}, annotations: {} };
const MARKS = { labels: { ours: 'yes' }, annotations: {} };

function meta(labels: Record<string, string>, annotations: Record<string, string> = {}): ObjectMeta {
  return { name: 'db', labels, annotations };
}

describe('labels and annotations of an object of ours', () => {
  test('are those of the exporters, our marks, and all that others put there', () => {
    const merged = mergedMetadata(
      meta({ mine: '1' }),
      { labels: { team: 'a' }, annotations: { note: 'n' } },
      MARKS,
    );
    expect(merged).toEqual({
      labels: { mine: '1', team: 'a', ours: 'yes' },
      annotations: { note: 'n', [EXPORTED_KEYS_ANNOTATION]: '{"labels":["team"],"annotations":["note"]}' },
    });
  });

  test('lose what is exported no longer, and nothing else (https://github.com/cilium/cilium/pull/36308)', () => {
    const first = mergedMetadata(
      meta({ mine: '1' }),
      { labels: { team: 'a', tier: 'b' }, annotations: {} },
      MARKS,
    );
    const later = mergedMetadata(
      meta(first.labels, first.annotations),
      { labels: { tier: 'c' }, annotations: {} },
      MARKS,
    );
    expect(later.labels).toEqual({ mine: '1', tier: 'c', ours: 'yes' });
    const last = mergedMetadata(meta(later.labels, later.annotations), NOTHING, MARKS);
    expect(last).toEqual({ labels: { mine: '1', ours: 'yes' }, annotations: {} });
  });

  test('no exported key takes the place of a mark', () => {
    const exported = {
      labels: { ours: 'theirs' },
      annotations: { [EXPORTED_KEYS_ANNOTATION]: 'x', mark: 'x' },
    };
    const merged = mergedMetadata(undefined, exported, {
      labels: { ours: 'yes' },
      annotations: { mark: undefined },
    });
    expect(merged.labels).toEqual({ ours: 'yes' });
    expect(merged.annotations).not.toHaveProperty('mark');
    expect(merged.annotations[EXPORTED_KEYS_ANNOTATION]).toMatch(/^\{"labels"/);
  });

  test.each(['', 'null', '{', '[]', '{"labels":1,"annotations":[2]}'])(
    'a spoilt list of exported keys makes the keys foreign and is written anew (%j)',
    (text) => {
      const spoilt = meta({ team: 'a' }, { [EXPORTED_KEYS_ANNOTATION]: text });
      const merged = mergedMetadata(spoilt, { labels: { tier: 'b' }, annotations: {} }, MARKS);
      expect(merged.labels).toEqual({ team: 'a', tier: 'b', ours: 'yes' });
      expect(merged.annotations).toEqual({
        [EXPORTED_KEYS_ANNOTATION]: '{"labels":["tier"],"annotations":[]}',
      });
    },
  );

  test('keys with meanings to JavaScript are keys like others', () => {
    const exported = { labels: JSON.parse('{"__proto__":"a","constructor":"b"}'), annotations: {} };
    const merged = mergedMetadata(undefined, exported, MARKS);
    expect(Object.entries(merged.labels)).toContainEqual(['__proto__', 'a']);
    expect(exportedOn(meta(merged.labels, merged.annotations))).toEqual(exported);
    expect(sameMetadata(meta({}), { labels: merged.labels, annotations: {} })).toBe(false);
  });

  test('whatever is exported in turn, foreign keys stay and the exporters’ own can be read back', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd');
    const map = fc.dictionary(key, fc.constantFrom('1', '2'));
    const foreign = fc.dictionary(fc.constantFrom('x', 'y'), fc.constantFrom('1', '2'));
    fc.assert(
      fc.property(
        foreign,
        fc.array(fc.record({ labels: map, annotations: map }), { minLength: 1 }),
        (mine, turns) => {
          let held = meta(mine, mine);
          for (const exported of turns) held = { ...held, ...mergedMetadata(held, exported, MARKS) };
          const last = turns.at(-1) ?? NOTHING;
          expect(exportedOn(held)).toEqual(last);
          expect(held.labels).toEqual({ ...mine, ...last.labels, ours: 'yes' });
          expect(sameMetadata(held, mergedMetadata(held, last, MARKS))).toBe(true);
        },
      ),
    );
  });
});
