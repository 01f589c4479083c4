import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Doubt, type JudgeInput, judge, type Observed, type Verdict } from './reachability.ts';

const GRACE = 300_000;
const SECOND = 1_000;

/** A member that was seen alive, and last at this second. */
function member(cluster: string, lastSeen: number, more: Partial<Observed> = {}): Observed {
  const seen = lastSeen * SECOND;
  return {
    cluster,
    silentSince: seen,
    seen,
    changes: 5,
    lateAfter: 40 * SECOND,
    stated: 'True',
    reported: false,
    ...more,
  };
}

/** What is said of each at this second, by a watch that is proven live until then. */
function verdicts(
  at: number,
  observed: Observed[],
  given: Partial<JudgeInput> = {},
): Record<string, Verdict> {
  return Object.fromEntries(judged(at, observed, given).verdicts);
}

function judged(at: number, observed: Observed[], given: Partial<JudgeInput> = {}) {
  return judge({ proven: at * SECOND, grace: GRACE, observed, doubts: new Map(), ...given });
}

/** Six members, of whom those named fell silent at these seconds; the others were heard of just now. */
function six(
  at: number,
  silent: Record<string, number>,
  more: Record<string, Partial<Observed>> = {},
): Observed[] {
  return ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => member(id, silent[id] ?? at - 1, more[id]));
}

const held = (of: number, ...together: string[]): Verdict => ({ is: 'held', together, of });

describe('a member whose Lease does not change', () => {
  test('is dead after the grace time, and not a moment before', () => {
    expect(verdicts(300.999, six(300.999, { a: 1 }))['a']).toEqual({ is: 'same' });
    expect(verdicts(301, six(301, { a: 1 }))).toMatchObject({ a: { is: 'dead' }, b: { is: 'same' } });
  });

  test('is so also as the only one of its set, and as one of two', () => {
    expect(verdicts(400, [member('a', 1)])).toEqual({ a: { is: 'dead' } });
    expect(verdicts(400, [member('a', 1), member('b', 399)])).toMatchObject({ a: { is: 'dead' } });
  });

  test('is never dead where the grace time is 0', () => {
    expect(verdicts(1e9, six(1e9, { a: 1 }), { grace: 0 })['a']).toEqual({ is: 'same' });
  });

  test('is not judged while the watch is not proven live: hub silence ages nothing', () => {
    expect(verdicts(1e9, six(1e9, { a: 1 }), { proven: undefined })['a']).toEqual({ is: 'same' });
  });

  test('has its silence counted only from when on it was watched', () => {
    const late = { silentSince: 1_000 * SECOND };
    expect(verdicts(1_299, six(1_299, { a: 1 }, { a: late }))['a']).toEqual({ is: 'same' });
    expect(verdicts(1_300, six(1_300, { a: 1 }, { a: late }))['a']).toEqual({ is: 'dead' });
  });

  test('is given as long as its own Lease says, where that is longer', () => {
    const patient = { lateAfter: 1_200 * SECOND };
    expect(verdicts(1_200, six(1_200, { a: 1 }, { a: patient }))['a']).toEqual({ is: 'same' });
    expect(verdicts(1_201, six(1_201, { a: 1 }, { a: patient }))['a']).toEqual({ is: 'dead' });
  });

  test('stays dead as long as it is silent, whatever becomes of the watch and the grace time', () => {
    const dead = six(400, { a: 1 }, { a: { stated: 'False' } });
    const doubts = new Map<string, Doubt>([['a', { changes: 5, held: undefined }]]);
    for (const given of [{}, { proven: undefined }, { grace: 86_400 * SECOND }]) {
      expect(verdicts(400, dead, { doubts, ...given })['a']).toEqual({ is: 'same' });
    }
  });

  test('that has reported since it was called dead is judged once more: it may have died again without a renewal', () => {
    const reported = { stated: 'False' as const, reported: true };
    const doubts = new Map<string, Doubt>([['a', { changes: 5, held: undefined }]]);
    expect(verdicts(300, six(300, { a: 1 }, { a: reported }), { doubts })['a']).toEqual({ is: 'same' });
    expect(verdicts(301, six(301, { a: 1 }, { a: reported }), { doubts })['a']).toEqual({ is: 'dead' });
    const two = six(301, { a: 1, b: 2 }, { a: reported });
    expect(verdicts(301, two, { doubts })['a']).toEqual(held(6, 'a', 'b'));
  });

  test('is lifted when the grace time becomes 0', () => {
    const dead = six(400, { a: 1 }, { a: { stated: 'False' } });
    expect(verdicts(400, dead, { grace: 0 })['a']).toEqual({ is: 'lifted' });
  });
});

describe('a member that is heard of', () => {
  const doubts = new Map<string, Doubt>([['a', { changes: 5, held: undefined }]]);

  test('for the first time is alive', () => {
    expect(verdicts(9, [member('a', 8, { stated: undefined, changes: 1 })])['a']).toEqual({ is: 'alive' });
  });

  test('is not, by a Lease that was only listed', () => {
    const listed = { changes: 0 };
    expect(verdicts(9, [member('a', 8, { stated: undefined, ...listed })])['a']).toEqual({ is: 'same' });
    expect(verdicts(9, [member('a', 8, { stated: 'False', ...listed })])['a']).toEqual({ is: 'same' });
  });

  test.each(['False', 'Unknown'] as const)(
    'is alive again at the first renewal after it was %s',
    (stated) => {
      expect(verdicts(9, [member('a', 1, { stated, changes: 5 })], { doubts })['a']).toEqual({ is: 'same' });
      for (const given of [{}, { proven: undefined }, { grace: 0 }]) {
        const again = [member('a', 8, { stated, changes: 6 })];
        expect(verdicts(9, again, { doubts, ...given })['a']).toEqual({ is: 'alive' });
      }
    },
  );

  test('is alive at the first renewal that a newly started controller sees, not by what it saw before it judged', () => {
    const first = judged(9, [member('a', 1, { stated: 'False', changes: 7 })]);
    expect(first.verdicts.get('a')).toEqual({ is: 'same' });
    const next = judged(19, [member('a', 18, { stated: 'False', changes: 8 })], { doubts: first.doubts });
    expect(next.verdicts.get('a')).toEqual({ is: 'alive' });
  });
});

describe('many members that fall silent together', () => {
  test.each([
    ['two of three', 3, 2],
    ['two of six, exactly a third', 6, 2],
    ['all of two', 2, 2],
    ['three of nine', 9, 3],
  ])('are held: %s', (_what, of, silent) => {
    const observed = Array.from({ length: of }, (_, n) => member(`m${n}`, n < silent ? n : 399));
    const names = observed.slice(0, silent).map(({ cluster }) => cluster);
    const given = verdicts(400, observed);
    for (const name of names) expect(given[name]).toEqual(held(of, ...names));
  });

  test.each([
    ['one of one', 1, 1],
    ['two of seven, less than a third', 7, 2],
  ])('are dead all the same where they are few: %s', (_what, of, silent) => {
    const observed = Array.from({ length: of }, (_, n) => member(`m${n}`, n < silent ? n : 399));
    expect(Object.values(verdicts(400, observed)).filter(({ is }) => is === 'dead')).toHaveLength(silent);
  });

  test('are held from the moment on in which the first of them would be dead, though the others renewed a little later', () => {
    expect(verdicts(301, six(301, { a: 1, b: 10 }))).toMatchObject({
      a: held(6, 'a', 'b'),
      b: { is: 'same' },
    });
  });

  test('do not count one that is only late', () => {
    expect(verdicts(301, six(301, { a: 1, b: 270 }))['a']).toEqual({ is: 'dead' });
  });

  test('do not count one that fell silent more than a grace time before or after', () => {
    expect(verdicts(1_000, six(1_000, { a: 1, b: 301 }))).toMatchObject({
      a: { is: 'dead' },
      b: { is: 'dead' },
    });
  });

  test('count one that was withdrawn just now, which stays withdrawn', () => {
    const first = judged(301, six(301, { a: 1, b: 290 }));
    expect(first.verdicts.get('a')).toEqual({ is: 'dead' });
    const silent = six(590, { a: 1, b: 290 }, { a: { stated: 'False' } });
    expect(verdicts(590, silent, { doubts: first.doubts })).toMatchObject({
      a: { is: 'same' },
      b: held(6, 'a', 'b'),
    });
    // Another replica that takes over has seen them all fall silent, too.
    expect(verdicts(590, silent)).toMatchObject({ a: { is: 'same' }, b: held(6, 'a', 'b') });
  });

  test('do not count one that was away before this controller began to watch', () => {
    const away = { stated: 'False' as const, changes: 0 };
    expect(verdicts(301, six(301, { a: 1, b: 1 }, { b: away }))['a']).toEqual({ is: 'dead' });
  });

  test('are held for as long as they are silent', () => {
    let doubts: ReadonlyMap<string, Doubt> = new Map();
    for (let at = 301; at < 10_000; at += 100) {
      const result = judged(at, six(at, { a: 1, b: 2 }), { doubts });
      if (at > 302) expect(result.verdicts.get('b')).toEqual(held(6, 'a', 'b'));
      doubts = result.doubts;
    }
  });

  test('have a whole grace time more when the first of them is heard of again: the others may be a moment behind', () => {
    const unknown = { stated: 'Unknown' as const };
    const before = judged(5_000, six(5_000, { a: 1, b: 2 }));
    const back = six(5_001, { a: 1, b: 5_000 }, { a: unknown, b: { ...unknown, changes: 6 } });
    const first = judged(5_001, back, { doubts: before.doubts });
    expect(Object.fromEntries(first.verdicts)).toMatchObject({ a: { is: 'same' }, b: { is: 'alive' } });
    const at = (second: number) => six(second, { a: 1 }, { a: unknown });
    expect(verdicts(5_299, at(5_299), { doubts: first.doubts })['a']).toEqual({ is: 'same' });
    expect(verdicts(5_300, at(5_300), { doubts: first.doubts })['a']).toEqual({ is: 'dead' });
  });
});

describe('laws', () => {
  const anObserved = fc.record({
    silentSince: fc.nat(1_000_000),
    seenBefore: fc.nat(1_000_000),
    changes: fc.nat(9),
    lateAfter: fc.integer({ min: 1, max: 1_200_000 }),
    stated: fc.constantFrom('True' as const, 'False' as const, 'Unknown' as const, undefined),
    reported: fc.boolean(),
  });
  const aDoubt = fc.option(
    fc.record({ changes: fc.nat(9), held: fc.option(fc.nat(1_000_000), { nil: undefined }) }),
    { nil: undefined },
  );
  const anInput = fc
    .record({
      proven: fc.nat(2_000_000),
      grace: fc.constantFrom(30_000, 300_000, 86_400_000),
      all: fc.array(fc.tuple(anObserved, aDoubt), { maxLength: 9 }),
    })
    .map(({ proven, grace, all }): JudgeInput & { proven: number } => ({
      proven,
      grace,
      observed: all.map(([{ seenBefore, ...one }, _], n) => ({
        ...one,
        cluster: `m${n}`,
        seen: Math.max(0, one.silentSince - seenBefore),
      })),
      doubts: new Map(all.flatMap(([, doubt], n) => (doubt ? [[`m${n}`, doubt] as const] : []))),
    }));
  const byCluster = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);
  const ofKind = (input: JudgeInput, is: Verdict['is']) =>
    [...judge(input).verdicts].filter(([, verdict]) => verdict.is === is).map(([cluster]) => cluster);

  test('nobody is found dead, held or lifted by a watch that is not proven live', () => {
    fc.assert(
      fc.property(anInput, (input) => {
        const blind = { ...input, proven: undefined };
        for (const is of ['dead', 'held', 'lifted'] as const) expect(ofKind(blind, is)).toEqual([]);
      }),
    );
  });

  test('nobody is found dead or held with a grace time of 0', () => {
    fc.assert(
      fc.property(anInput, (input) => {
        for (const is of ['dead', 'held'] as const) expect(ofKind({ ...input, grace: 0 }, is)).toEqual([]);
      }),
    );
  });

  test('whoever is found dead was watched in silence for the grace time, and did not count as dead before', () => {
    fc.assert(
      fc.property(anInput, (input) => {
        const dead = ofKind(input, 'dead');
        for (const { cluster, silentSince, stated, reported } of input.observed) {
          if (!dead.includes(cluster)) continue;
          expect(input.proven - silentSince).toBeGreaterThanOrEqual(input.grace);
          expect(stated === 'False' && !reported).toBe(false);
        }
      }),
    );
  });

  test('of several found dead at once and within one grace time there are never two and a third of all', () => {
    fc.assert(
      fc.property(anInput, (input) => {
        const dead = input.observed.filter(({ cluster }) => ofKind(input, 'dead').includes(cluster));
        for (const one of dead) {
          const near = dead.filter((two) => Math.abs(two.silentSince - one.silentSince) < input.grace);
          expect(near.length >= 2 && 3 * near.length >= input.observed.length).toBe(false);
        }
      }),
    );
  });

  test('whoever renews once more is alive, whatever was said of it and whatever else is the case', () => {
    fc.assert(
      fc.property(anInput, (input) => {
        const { doubts } = judge(input);
        const renewed = input.observed.map((one) => ({ ...one, changes: one.changes + 10 }));
        const alive = ofKind({ ...input, observed: renewed, doubts }, 'alive');
        for (const { cluster, stated } of renewed) {
          if (stated !== 'True') expect(alive).toContain(cluster);
        }
      }),
    );
  });

  test('the order in which members are looked at does not matter, nor looking twice', () => {
    fc.assert(
      fc.property(anInput, fc.nat(), (input, seed) => {
        const { observed } = input;
        const cut = observed.length === 0 ? 0 : seed % observed.length;
        const turned = [...observed.slice(cut), ...observed.slice(0, cut)].reverse();
        const sorted = (result: ReturnType<typeof judge>) => ({
          verdicts: [...result.verdicts].sort(byCluster),
          doubts: [...result.doubts].sort(byCluster),
        });
        expect(sorted(judge({ ...input, observed: turned }))).toEqual(sorted(judge(input)));
        expect(judge(input)).toEqual(judge(input));
      }),
    );
  });
});
