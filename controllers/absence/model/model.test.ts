import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Exporter } from './exporter.ts';
import { Reader } from './reader.ts';
import { EMPTY, EVERYTHING, Hub, KINDS, Truth } from './world.ts';

/**
 * DESIGN.md 4a as a model: one exporter, two readers, each with its own lagging view of each hub kind. The
 * exporter follows its order one write at a time; the hub is wiped, restored, loses kinds; readers restart
 * against stale lists. What is checked: a reader removes a thing only if it was really absent at some moment
 * after the inventory that vouched for it, and once all is quiet each reader has exactly what is exported.
 */

const step = fc.nat({ max: 7 });
const event = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('toggle' as const), name: fc.constantFrom(...EVERYTHING) }),
  },
  { weight: 10, arbitrary: fc.record({ do: fc.constant('export' as const), pick: step }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('export all' as const), picks: fc.array(step) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('advance' as const),
      who: fc.nat({ max: 2 }),
      kind: fc.constantFrom(...KINDS),
      steps: step,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('import all' as const), who: fc.nat({ max: 1 }) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('reconcile' as const),
      who: fc.nat({ max: 1 }),
      name: fc.constantFrom(...EVERYTHING),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wipe' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('restore' as const), back: fc.nat({ max: 30 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('drop' as const), kind: fc.constantFrom(...KINDS) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('notice' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose sequence' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('stale restart' as const),
      who: fc.nat({ max: 2 }),
      kind: fc.constantFrom(...KINDS),
      back: fc.nat({ max: 20 }),
    }),
  },
);
type Event = typeof event extends fc.Arbitrary<infer E> ? E : never;

/** Plays a history and then lets everything settle; returns what is exported and what each reader shows. */
function play(history: readonly Event[]) {
  const hub = new Hub();
  const truth = new Truth();
  truth.note();
  const exporter = new Exporter(hub, truth);
  const readers = [new Reader(hub, truth, exporter), new Reader(hub, truth, exporter)];
  const views = [...readers.map((reader) => reader.view), exporter.view];
  for (const happened of history) {
    if (happened.do === 'toggle') toggle(truth, happened.name);
    else if (happened.do === 'export') exporter.step(happened.pick);
    else if (happened.do === 'export all') exporter.catchUpAndStep(happened.picks);
    else if (happened.do === 'import all') readers[happened.who]?.reconcileAll();
    else if (happened.do === 'advance') views[happened.who]?.advance(happened.kind, happened.steps);
    else if (happened.do === 'reconcile') readers[happened.who]?.reconcile(happened.name);
    else if (happened.do === 'wipe') hub.become(EMPTY);
    else if (happened.do === 'restore') hub.become(hub.past.at(-1 - happened.back) ?? EMPTY);
    else if (happened.do === 'drop') hub.become({ ...hub.now, [happened.kind]: new Map() });
    else if (happened.do === 'notice') exporter.noticeRollback();
    else if (happened.do === 'lose sequence') exporter.sequence = 0;
    else views[happened.who]?.relistStale(happened.kind, happened.back);
    truth.note();
  }
  exporter.noticeRollback();
  do exporter.view.catchUp();
  while (exporter.step(0));
  for (const reader of readers) reader.reconcileAll();
  return {
    exported: EVERYTHING.filter((name) => truth.has(name)),
    shown: readers.map((reader) => EVERYTHING.filter((name) => reader.imported.has(name))),
  };
}

function toggle(truth: Truth, name: string): void {
  const [service = '', slice] = name.split('.');
  const slices = truth.exported.get(service);
  if (slice !== undefined) {
    if (slices?.delete(slice) === false) slices.add(slice);
  } else if (slices === undefined) truth.exported.set(service, new Set(['x']));
  else truth.exported.delete(service);
}

describe('any history of an exporter, a failing hub and two readers', () => {
  test('removes nothing that is still exported and leaves nothing over', () => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 10, maxLength: 120, size: 'max' }), (history) => {
        const { exported, shown } = play(history);
        expect(shown).toEqual([exported, exported]);
      }),
      { numRuns: Number(process.env['MODEL_RUNS'] ?? 2_000) },
    );
  });

  test('a hub restored twice, to before an unexport and then to after it, removes nothing that came back since', () => {
    const exportAll: Event = { do: 'export all', picks: [0, 0, 0, 0] };
    const toggleA: Event = { do: 'toggle', name: 'a' };
    const { exported, shown } = play([
      ...[toggleA, exportAll],
      ...[toggleA, exportAll],
      ...[toggleA, exportAll],
      { do: 'import all', who: 0 },
      // Nine writes so far. After the third, `a` was there first; after the sixth it was gone.
      { do: 'restore', back: 6 },
      { do: 'advance', who: 0, kind: 'services', steps: 7 },
      { do: 'reconcile', who: 0, name: 'a' },
      { do: 'restore', back: 4 },
      { do: 'advance', who: 0, kind: 'report', steps: 7 },
      { do: 'reconcile', who: 0, name: 'a' },
    ]);
    expect(shown).toEqual([exported, exported]);
  });
});
