import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ModelExporter } from '#test/model/exporter.ts';
import { EMPTY, KINDS, ModelHub, Truth } from '#test/model/hub.ts';
import { ModelReader } from '#test/model/reader.ts';

/**
 * DESIGN.md 4a with the exporter's real plans: one exporter and two readers, each with its own lagging view of
 * each hub kind, while the hub is wiped, restored, and loses kinds, and the exporter is killed between writes.
 */

const SERVICES = ['a', 'b'];
const EVERYTHING = SERVICES.flatMap((service) => [service, `${service}.x`, `${service}.y`]);
/** Histories that are played; 100,000 take a minute. */
const RUNS = Number(process.env['MODEL_RUNS'] ?? 1_500);

const name = fc.constantFrom(...EVERYTHING);
const kind = fc.constantFrom(...KINDS);
const service = fc.constantFrom(...SERVICES);
const who = fc.nat({ max: 2 });
const reader = fc.nat({ max: 1 });
/** Ordinary life: exports come and go, the agent is killed between writes, readers lag and restart. */
const ordinary = [
  { weight: 6, arbitrary: fc.record({ do: fc.constant('toggle' as const), name }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('report' as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('records' as const), service, limit: fc.constantFrom(1, 2, 9) }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('see' as const), who, kind, by: fc.nat({ max: 7 }) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('reconcile' as const), who: reader, name }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('catch up' as const), who }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('stale' as const), who: reader, kind, by: fc.nat({ max: 20 }) }),
  },
];
/** The exporter, too, restarts on an API server of the hub that lags behind. */
const lagging = {
  weight: 2,
  arbitrary: fc.record({ do: fc.constant('stale' as const), who, kind, by: fc.nat({ max: 20 }) }),
};
/** What befalls a hub, and an agent whose memory is lost. */
const disasters = [
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wipe' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('restore' as const), back: fc.nat({ max: 30 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('drop' as const), kind }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('notice' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose memory' as const) }) },
];
const calm = fc.oneof(...ordinary, lagging);
const stormy = fc.oneof(...ordinary, lagging, ...disasters);
type Happening = typeof stormy extends fc.Arbitrary<infer H> ? H : never;

/** Plays a history, lets everything settle, and returns what is exported, what the hub holds and what readers show. */
function play(history: readonly Happening[]) {
  const hub = new ModelHub();
  const truth = new Truth(EVERYTHING);
  const exporter = new ModelExporter(hub, truth);
  const readers = [new ModelReader(exporter), new ModelReader(exporter)];
  const views = [...readers.map(({ view }) => view), exporter.view];
  let unnoticed = false;
  truth.note();
  for (const it of history) {
    if (it.do === 'toggle') truth.toggle(it.name);
    else if (it.do === 'report') exporter.report();
    else if (it.do === 'records') exporter.records(it.service, it.limit);
    else if (it.do === 'see') views[it.who]?.move(it.kind, it.by);
    else if (it.do === 'stale') {
      // A restart whose list of one kind was answered by an API server that lags behind.
      views[it.who]?.catchUp();
      views[it.who]?.move(it.kind, -it.by);
      if (views[it.who] === exporter.view) exporter.restart();
      for (const of of EVERYTHING) readers[it.who]?.reconcile(of);
    } else if (it.do === 'reconcile') readers[it.who]?.reconcile(it.name);
    else if (it.do === 'catch up') {
      views[it.who]?.catchUp();
      for (const of of EVERYTHING) readers[it.who]?.reconcile(of);
    } else if (it.do === 'drop') hub.past.push({ ...hub.now, [it.kind]: new Map() });
    else if (it.do === 'wipe' || it.do === 'restore') {
      hub.past.push((it.do === 'restore' && hub.past.at(-1 - it.back)) || EMPTY);
      unnoticed = true;
    } else {
      if (it.do === 'notice') exporter.noticeRollback();
      else exporter.loseMemory();
      unnoticed = false;
    }
    truth.note();
  }
  // Sooner or later a renewal of the Lease tells.
  if (unnoticed) exporter.noticeRollback();
  for (let busy = true, rounds = 0; busy; rounds++) {
    if (rounds > 60) throw new Error('the exporter does not come to rest');
    exporter.view.catchUp();
    busy = [exporter.report(), ...SERVICES.map((of) => exporter.records(of, 9))].includes(true);
  }
  for (const { view } of readers) view.catchUp();
  for (const importer of readers) for (const of of EVERYTHING) importer.reconcile(of);
  return {
    exported: EVERYTHING.filter((of) => truth.has(of)),
    onHub: EVERYTHING.filter((of) => hub.now.services.has(of) || hub.now.slices.has(of)),
    shown: readers.map(({ imported }) => EVERYTHING.filter((of) => imported.has(of))),
  };
}

function check(happening: fc.Arbitrary<Happening>): void {
  fc.assert(
    fc.property(fc.array(happening, { minLength: 20, maxLength: 120, size: 'max' }), (history) => {
      const { exported, onHub, shown } = play(history);
      expect(onHub).toEqual(exported);
      expect(shown).toEqual([exported, exported]);
    }),
    { numRuns: RUNS },
  );
}

const NOTHING_WRONG = 'nothing exported is removed anywhere, and nothing is left over';

test(
  `wherever the agent is killed and however it and its readers lag and restart, ${NOTHING_WRONG}`,
  () => check(calm),
  RUNS * 10,
);

test(
  `whatever befalls the hub and the agent's memory besides, ${NOTHING_WRONG}`,
  () => check(stormy),
  RUNS * 10,
);

test.each([0, 1, 2, 3, 4, 5, 6, 7, 8])(
  'a hub that was restored by %i writes, which nobody has noticed yet, names nothing less to let the others through',
  (back) => {
    const records = { do: 'records', service: 'a', limit: 9 } as const;
    const [toggleA, reports] = [{ do: 'toggle', name: 'a' } as const, { do: 'report' } as const];
    const exported = [reports, records, records] as const;
    // Unexported and exported again, all of it seen by a reader; then b comes, while the hub shows the time in between.
    expect(() =>
      play([
        ...[toggleA, ...exported, toggleA, reports, toggleA, records, ...exported],
        { do: 'catch up', who: 0 },
        { do: 'restore', back },
        { do: 'catch up', who: 2 },
        ...[{ do: 'toggle', name: 'b' } as const, reports],
        { do: 'catch up', who: 0 },
      ]),
    ).not.toThrow();
  },
);

test('what was exported under a report of an earlier time, and went by its inventory, goes by a report above that inventory', () => {
  const [toggleA, toggleX] = [{ do: 'toggle', name: 'a' } as const, { do: 'toggle', name: 'a.x' } as const];
  const records = { do: 'records', service: 'a', limit: 9 } as const;
  const [exporter, reader] = [2, 0];
  const { shown, onHub } = play([
    ...[toggleA, { do: 'report' } as const, toggleA, { do: 'report' } as const],
    // It sees the first report again, which names what the second does not.
    { do: 'stale', who: exporter, kind: 'report', by: 1 },
    ...[toggleA, records, records],
    { do: 'catch up', who: reader },
    // Its inventory leaves the slice out, and goes itself before the reader has seen that.
    ...[toggleX, records, records, toggleA],
  ]);
  expect(onHub).toEqual([]);
  expect(shown).toEqual([[], []]);
});
