import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import { isLater } from '#controllers/absence/later.ts';
import {
  EXPORT,
  HASHES,
  hashOf,
  recordSpec,
  recordsInput,
  SPEC,
  serviceRecord,
  settled,
  sliceRecord,
  UID,
  type World,
  wish,
  words,
} from '#test/builders/records.ts';
import { type DesiredRecords, mergeSpec, planNamed, planRecords, type RecordStep } from './records.ts';

function plan(world: World, desired: DesiredRecords | undefined, floor = 0): RecordStep[] {
  return planRecords(recordsInput(world, desired, floor));
}

describe('the records of one export', () => {
  test('an export that is on the hub as it must be costs no write', () => {
    expect(plan(settled, wish(['a']))).toEqual([]);
  });

  test('an endpoint change is one update of one slice, and leaves asserted alone', () => {
    const desired = wish([], { slices: new Map([['a', recordSpec('10.0.0.2')]]) });
    const steps = plan(settled, desired);
    expect(words(steps)).toEqual(['update slice a']);
    expect(steps).toMatchObject([
      { spec: { asserted: { uid: UID, sequence: 10 }, endpoints: ['10.0.0.2 RSt'] } },
    ]);
  });

  test('nothing is written before the report names the service: the inventory comes first', () => {
    const fresh = { ...settled, held: undefined, slices: new Map() };
    expect(plan({ ...fresh, report: undefined }, wish(['a']))).toEqual([]);
    expect(plan({ ...fresh, report: { sequence: 5, named: false } }, wish(['a']))).toEqual([]);
    expect(words(plan(fresh, wish(['a'])))).toEqual(['create service']);
  });

  test('nothing is deleted before the report ceases to name the service', () => {
    expect(plan(settled, undefined)).toEqual([]);
    const unnamed = { ...settled, report: { sequence: 11, named: false } };
    expect(words(plan(unnamed, undefined))).toEqual(['delete slice a', 'delete service']);
  });

  test('a new slice is named first and written then; a slice that went is unnamed first and deleted then', () => {
    expect(words(plan(settled, wish(['b'])))).toEqual(['update service']);
    const named = { ...settled, held: serviceRecord({ inventory: { sequence: 11, slices: ['b'] } }) };
    expect(words(plan(named, wish(['b'])))).toEqual(['create slice b', 'delete slice a']);
  });

  test('what no inventory names goes before it is named again, unless it came after the inventory (F05)', () => {
    const beside = (b: IExportedEndpointSlice) => new Map([...settled.slices, ['b', b]]);
    const before = { ...settled, slices: beside(sliceRecord('b', 3)) };
    expect(words(plan(before, wish(['a', 'b'])))).toEqual(['delete slice b', 'update service']);
    const after = { ...settled, slices: beside(sliceRecord('b', 11, UID, '10.0.0.9')) };
    expect(words(plan(after, wish(['a', 'b'])))).toEqual(['update service']);
    expect(words(plan({ ...after, held: undefined }, wish(['a', 'b'])))).toEqual(['create service']);
  });

  test('what came after the inventory goes only under a later one, by which readers can prove its end (F04)', () => {
    const after = { ...settled, slices: new Map([...settled.slices, ['b', sliceRecord('b', 11)]]) };
    expect(plan(after, wish(['a']))).toMatchObject([
      { do: 'update service', draft: { slices: ['a'], sequence: undefined, above: 11 } },
    ]);
    const left = { ...after, held: serviceRecord({ inventory: { sequence: 12, slices: ['a'] } }) };
    expect(words(plan(left, wish(['a'])))).toEqual(['delete slice b']);
    const unnamed = { ...settled, report: { sequence: 9, named: false } };
    // Its inventory may have vouched for slices that are gone already, and whose end only a report above it proves.
    expect(plan(unnamed, undefined)).toEqual([]);
    expect(words(plan({ ...unnamed, report: { sequence: 11, named: false } }, undefined))).toEqual([
      'delete slice a',
      'delete service',
    ]);
  });

  test('a change of ports takes a new sequence, by which a restored hub is seen to show older ones', () => {
    const desired = wish(['a'], { spec: { ...SPEC, ports: [] } });
    expect(plan(settled, desired)).toMatchObject([
      { do: 'update service', draft: { sequence: undefined, slices: ['a'], spec: { ports: [] } } },
    ]);
  });

  test('another ServiceExport is another record: deleted and created, with a place of its own in the line', () => {
    const again = wish(['a'], { export: { uid: 'export-2', creationTimestamp: '2026-02-01T00:00:00Z' } });
    const steps = plan(settled, again);
    expect(words(steps)).toEqual(['delete service', 'create service']);
    expect(steps[1]).toMatchObject({ draft: { sequence: undefined, spec: { asserted: { sequence: 5 } } } });
  });

  test('after a rollback everything below the floor is asserted again, the report first', () => {
    const floor = 20;
    const reported = { ...settled, report: { sequence: 20, named: true } };
    const [service] = plan(reported, wish(['a']), floor);
    expect(service).toMatchObject({
      do: 'update service',
      draft: { sequence: undefined, spec: { asserted: { uid: UID, sequence: 20 } } },
    });
    const asserted = { uid: UID, sequence: 20 };
    const inventory = { sequence: 21, slices: ['a'] };
    const served = { ...reported, held: serviceRecord({ asserted, inventory }) };
    expect(plan(served, wish(['a']), floor)).toMatchObject([
      { do: 'update slice', spec: { asserted: { uid: UID, sequence: 21 } } },
    ]);
  });

  test('records of the cluster that had the id before are asserted by this one', () => {
    const taken = { ...settled, held: serviceRecord({ asserted: { uid: 'other', sequence: 900 } }) };
    expect(plan(taken, wish(['a']))).toMatchObject([
      { draft: { sequence: undefined, spec: { asserted: { uid: UID, sequence: 5 } } } },
    ]);
    const slice = { ...settled, slices: new Map([['a', sliceRecord('a', 900, 'other')]]) };
    expect(plan(slice, wish(['a']))).toMatchObject([{ spec: { asserted: { uid: UID, sequence: 10 } } }]);
  });

  test('a stamp above the inventory stays, and the next one is above it: whoever has imported it can prove its end', () => {
    const ahead = { ...settled, slices: new Map([['a', sliceRecord('a', 2 ** 50)]]) };
    expect(plan(ahead, wish(['a']))).toEqual([]);
    expect(plan(ahead, wish([]))).toMatchObject([{ do: 'update service', draft: { above: 2 ** 50 } }]);
    // An old inventory may be all that is seen: under a lower stamp those from in between would speak against it.
    const lagging = { ...settled, report: { sequence: 4, named: true } };
    expect(plan(lagging, wish(['a']))).toEqual([]);
  });

  test('a stamp that nobody can have drawn could never be proven absent, so it is set right', () => {
    const forged = { ...settled, slices: new Map([['a', sliceRecord('a', 2 ** 52)]]) };
    expect(plan(forged, wish(['a']))).toMatchObject([{ spec: { asserted: { sequence: 10 } } }]);
  });

  test("another cluster's inventory says nothing of a record of this one", () => {
    const asserted = { uid: 'other', sequence: 900 };
    const taken = serviceRecord({ asserted, inventory: { sequence: 900, slices: [] } });
    expect(words(plan({ ...settled, held: taken }, wish(['a'])))).toEqual(['update service']);
  });

  test('while the hub refuses the record of the Service, the slices that its inventory names move on', () => {
    const slices = new Map([...settled.slices, ['gone', sliceRecord('gone')]]);
    const held = serviceRecord({ inventory: { sequence: 10, slices: ['a', 'gone', 'lost'] } });
    const world = { ...settled, held, slices };
    const moved = new Map(['a', 'lost', 'new'].map((hash) => [hash, recordSpec('10.0.0.2')]));
    const desired = wish([], { spec: { ...SPEC, ports: [] }, slices: moved });
    expect(words(planRecords(recordsInput(world, desired)))).toEqual(['update service']);
    expect(words(planNamed(recordsInput(world, desired)))).toEqual(['update slice a', 'create slice lost']);
    const other = { ...desired, export: { ...EXPORT, uid: 'export-2' } };
    const none = [planNamed(recordsInput(world, undefined)), planNamed(recordsInput(world, other))];
    expect([...none, planNamed(recordsInput({ ...world, report: undefined }, desired))]).toEqual([
      [],
      [],
      [],
    ]);
  });

  test('while the hub refuses the new name of a port, slices stay under the old one: nobody could show the new', () => {
    const ports = [{ name: 'postgres', protocol: 'TCP' as const, port: 5432 }];
    const renamed = new Map([['a', { ...recordSpec('10.0.0.2'), ports }]]);
    const desired = wish([], { spec: { ...SPEC, ports }, slices: renamed });
    expect(planNamed(recordsInput(settled, desired))).toEqual([]);
  });

  test('a record that somebody made unreadable is written anew', () => {
    const held = serviceRecord();
    Reflect.deleteProperty(held.spec, 'inventory');
    expect(words(plan({ ...settled, held }, wish(['a'])))).toEqual(['update service']);
  });

  test('fields that a newer hub adds are neither fought over nor lost', () => {
    const held = serviceRecord();
    Object.assign(held.spec, { addressing: 'Pod' });
    expect(plan({ ...settled, held }, wish(['a']))).toEqual([]);
    expect(mergeSpec(held.spec, serviceRecord({ ports: [] }).spec)).toMatchObject({
      addressing: 'Pod',
      ports: [],
    });
  });
});

/** Does one write, and refuses one that DESIGN.md 4a forbids at this moment. */
function take(world: World, step: RecordStep, desired: DesiredRecords | undefined): World {
  const { held, report } = world;
  const named = report?.named === true;
  const names = named ? (held?.spec.inventory.slices ?? []) : [];
  switch (step.do) {
    case 'delete slice': {
      if (names.includes(hashOf(step.record))) throw new Error('deletes a slice that an inventory names');
      return {
        ...world,
        slices: new Map([...world.slices].filter(([hash]) => hash !== hashOf(step.record))),
      };
    }
    case 'delete service':
      if (named && (desired === undefined || held?.spec.export.uid === desired.export.uid)) {
        throw new Error('deletes a named record');
      }
      return { ...world, held: undefined };
    case 'create service':
    case 'update service': {
      if (!named) throw new Error('writes a record that no report names');
      if ((held === undefined) !== (step.do === 'create service'))
        throw new Error('creates over, or updates nothing');
      const { spec, slices, sequence = world.sequence + 1 } = step.draft;
      const revived = slices.find((hash) => !names.includes(hash) && isOld(world, hash));
      // A record that was exchanged for another ServiceExport's named them until a moment ago.
      if (revived && step.do === 'update service') throw new Error('brings an old slice back to life');
      const record = serviceRecord({ ...spec, inventory: { sequence, slices } });
      return { ...world, held: record, sequence: Math.max(world.sequence, sequence) };
    }
    default: {
      const hash = step.do === 'create slice' ? step.sliceHash : hashOf(step.record);
      if (!names.includes(hash)) throw new Error('writes a slice that no inventory names');
      const record = { ...sliceRecord(hash), spec: step.spec };
      return { ...world, slices: new Map([...world.slices, [hash, record]]) };
    }
  }
}

/** Whether there is such a slice, and the inventory that leaves it out is a proof of its end. */
function isOld({ slices, held }: World, hash: string): boolean {
  const record = slices.get(hash);
  const said = held?.spec.asserted.uid === UID ? held.spec.inventory.sequence : undefined;
  return record !== undefined && !isLater(record, UID, said);
}

/** The report's own order: unname at once, name once nothing old is left, be later than what it does not name. */
function report(world: World, desired: DesiredRecords | undefined, floor: number): World {
  const { report: said, held, slices } = world;
  const wanted = desired !== undefined;
  const records = [...(held ? [held] : []), ...slices.values()];
  const later = records.filter((record) => isLater(record, UID, said?.sequence));
  const isNew = said === undefined || said.sequence < floor;
  if (!isNew && said.named === wanted && (wanted || later.length === 0)) return world;
  if (!isNew && wanted && later.length < records.length) return world;
  const sequence = Math.max(world.sequence + 1, floor);
  return { ...world, report: { sequence, named: wanted }, sequence };
}

/** Lets plans run, each broken off after as many steps as `crashes` says, and then undisturbed to the end. */
function settle(
  start: World,
  desired: DesiredRecords | undefined,
  floor: number,
  crashes: readonly number[],
): World {
  let world = start;
  const left = [...crashes];
  for (let round = 0; round < 40; round++) {
    const reported = report(world, desired, floor);
    const standing = reported.report && reported.report.sequence >= floor ? reported.report : undefined;
    const steps = plan({ ...reported, report: standing }, desired, floor);
    if (steps.length === 0 && reported === world && left.length === 0) return world;
    world = reported;
    for (const step of steps.slice(0, left.shift() ?? steps.length)) world = take(world, step, desired);
  }
  throw new Error('does not come to rest');
}

const subset = fc.subarray(HASHES);
const asserted = fc.record({ uid: fc.constantFrom(UID, 'other'), sequence: fc.integer({ min: 1, max: 40 }) });
const world: fc.Arbitrary<World> = fc.record({
  report: fc.option(fc.record({ sequence: fc.integer({ min: 1, max: 40 }), named: fc.boolean() }), {
    nil: undefined,
  }),
  held: fc.option(
    fc
      .record({
        export: fc.constantFrom(EXPORT, { uid: 'export-0', creationTimestamp: '2025-01-01T00:00:00Z' }),
        inventory: fc.record({ sequence: fc.integer({ min: 1, max: 40 }), slices: subset }),
        ports: fc.constantFrom(SPEC.ports, []),
        asserted,
      })
      .map(serviceRecord),
    { nil: undefined },
  ),
  slices: fc
    .array(fc.tuple(fc.constantFrom(...HASHES), asserted, fc.constantFrom('10.0.0.1', '10.0.0.9')))
    .map(
      (all) =>
        new Map(all.map(([hash, by, address]) => [hash, sliceRecord(hash, by.sequence, by.uid, address)])),
    ),
  sequence: fc.constant(40),
});
const desire = fc.option(
  subset.map((hashes) => wish(hashes)),
  { nil: undefined },
);

/** What there is, but for the sequences, which differ with the number of attempts. */
function content({ held, slices }: World) {
  const { asserted: by, inventory, ...spec } = held?.spec ?? {};
  return {
    service: held && { ...spec, uid: by?.uid, slices: inventory?.slices },
    slices: [...slices.values()]
      .map((record) => ({ ...record.spec, asserted: record.spec.asserted.uid, name: record.metadata.name }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

describe('whatever the hub holds, and wherever the agent is killed between two writes', () => {
  test('no write is out of order, and the end is the same: exactly what is exported, asserted by this cluster', () => {
    fc.assert(
      fc.property(
        world,
        desire,
        fc.integer({ min: 0, max: 45 }),
        fc.array(fc.nat({ max: 3 }), { maxLength: 8 }),
        (start, desired, floor, crashes) => {
          const end = settle(start, desired, floor, crashes);
          expect(content(end)).toEqual(content(settle(start, desired, floor, [])));
          expect(end.held?.spec.inventory.slices).toEqual(desired && [...desired.slices.keys()].sort());
          expect([...end.slices.keys()].sort()).toEqual(desired ? [...desired.slices.keys()].sort() : []);
          const stamps = [end.held, ...end.slices.values()].flatMap((record) =>
            record ? [record.spec.asserted] : [],
          );
          for (const stamp of stamps) {
            expect(stamp.uid).toBe(UID);
            expect(stamp.sequence).toBeGreaterThanOrEqual(floor);
            expect(stamp.sequence).toBeLessThanOrEqual(end.sequence);
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
