import { describe, expect, it } from 'vitest';
import type { IService } from '#apis/kubernetes/service.ts';
import { spuriousDeletes } from './deletions.ts';
import {
  deleted,
  INVENTORIES,
  imported,
  member,
  NS,
  SOURCE,
  seen,
  serviceImport,
  world,
  write,
} from './example.ts';
import { actOf, type Trouble } from './vouching.ts';
import { World } from './world.ts';

describe('S1, deletions', () => {
  const object = imported('s', 1, '198.18.3.1');
  const ofSlice = member({
    slices: [seen(1_100, object), deleted(2_010, object)],
    writes: [write('delete', 'endpointslices', 'db-zzzc-1', 2_000)],
  });
  const ofImport = member({
    imports: [seen(1_100, serviceImport(80)), deleted(2_010, serviceImport(80))],
    writes: [write('delete', 'serviceimports', 'db', 2_000)],
  });

  it('a slice is deleted that its source has had all along: spurious', () => {
    expect(spuriousDeletes(world(), ofSlice, INVENTORIES)).toEqual([
      expect.stringMatching(/^bjpdc deleted endpointslices db-zzzc-1: it had to be there/),
    ]);
  });

  it('an import is deleted that somebody has exported all along: spurious', () => {
    expect(spuriousDeletes(world(), ofImport, INVENTORIES)).toHaveLength(1);
  });

  it('its own slice is deleted by the cluster that has it: spurious', () => {
    const own = { ...object, metadata: { ...object.metadata, annotations: { 'tombolo.dev/source': 's/1' } } };
    const slices = [seen(1_300, own), deleted(2_010, own)];
    const source = member({ id: SOURCE, slices, writes: ofSlice.writes });
    expect(spuriousDeletes(world(), source, INVENTORIES)).toHaveLength(1);
  });

  it('it was gone for a moment, though it is back: not spurious', () => {
    const back = world();
    const moments = back.of(SOURCE);
    const before = moments.now;
    moments.become({ ...before, exports: [], slices: [] }, 1_500, 1_510);
    moments.become(before, 1_600, 1_610);
    expect(spuriousDeletes(back, ofSlice, INVENTORIES)).toEqual([]);
    expect(spuriousDeletes(back, ofImport, INVENTORIES)).toEqual([]);
  });

  it('it was gone only before it was vouched for: spurious', () => {
    const early = new World({ seed: 1, namespace: NS }, () => ['IPv4'], -4_000);
    const moments = early.of(SOURCE);
    const there = world().of(SOURCE).now;
    moments.become(there, -3_000, -2_990);
    moments.become({ ...there, exports: [], slices: [] }, -2_900, -2_890);
    moments.become(there, 1_000, 1_010);
    expect(spuriousDeletes(early, ofSlice, INVENTORIES)).toHaveLength(1);
    expect(spuriousDeletes(early, ofImport, INVENTORIES)).toHaveLength(1);
  });

  it('its cluster is removed from the set, or its namespace is denied: not spurious', () => {
    for (const rule of [{ removed: [SOURCE] }, { deny: [NS] }]) {
      const ruled = world();
      ruled.hub.become({ ...ruled.hub.now, ...rule }, 1_500, 1_510);
      expect(spuriousDeletes(ruled, ofSlice, INVENTORIES)).toEqual([]);
    }
  });

  it('the derived Service of an import that turned headless goes: not spurious; of another one: spurious', () => {
    const derived: IService = {
      metadata: {
        namespace: NS,
        name: 'derived-1',
        uid: 'd',
        labels: { 'multicluster.kubernetes.io/service-name': 'db' },
      },
      spec: { ipFamilies: ['IPv4'] },
    };
    const ofDerived = member({
      imports: [seen(1_100, serviceImport(80))],
      services: [seen(1_110, derived), deleted(2_010, derived)],
      writes: [write('delete', 'services', 'derived-1', 2_000)],
    });
    const turned = world();
    expect(spuriousDeletes(turned, ofDerived, INVENTORIES)).toHaveLength(1);
    const moments = turned.of(SOURCE);
    const [service] = moments.now.services;
    if (service === undefined) throw new Error('there is one');
    const headless = { ...service, spec: { ...service.spec, clusterIP: 'None' } };
    moments.become({ ...moments.now, services: [headless] }, 1_500, 1_510);
    expect(spuriousDeletes(turned, ofDerived, INVENTORIES)).toEqual([]);
  });

  it('what was seen after trouble may have been begun before it', () => {
    const begun = (...troubles: Trouble[]) => actOf({ at: 5_000 }, troubles).begun;
    expect(begun()).toBe(3_000);
    expect(begun({ from: 3_500, until: 4_900 })).toBe(1_500);
    expect(begun({ from: 500, until: 1_900 }, { from: 3_500, until: 4_900 })).toBe(-1_500);
    expect(begun({ from: 100, until: 2_900 })).toBe(3_000);
  });

  it('what was seen late was done by what was there, not by what came later', () => {
    const denied = world();
    denied.hub.become({ ...denied.hub.now, deny: [NS] }, 1_500, 1_510);
    denied.hub.become({ ...denied.hub.now, deny: [] }, 6_000, 6_010);
    // The first of them is seen long after the denial, by which it goes again.
    const slices = [seen(4_000, object), deleted(4_110, object)];
    const writes = [write('delete', 'endpointslices', 'db-zzzc-1', 4_100)];
    const own = { ...object, metadata: { ...object.metadata, annotations: { 'tombolo.dev/source': 's/1' } } };
    const late = member({ id: SOURCE, slices: slices.map((sight) => ({ ...sight, object: own })), writes });
    expect(spuriousDeletes(denied, late, INVENTORIES)).toEqual([]);
  });
});

describe('S8, silence', () => {
  const object = imported('s', 1, '198.18.3.1');
  const goesAt = (at: number) =>
    member({
      slices: [seen(1_100, object), deleted(at + 10, object)],
      writes: [write('delete', 'endpointslices', 'db-zzzc-1', at)],
      silences: [{ from: 2_000, until: 4_000 }],
    });
  const withdrawn = (from: number) => {
    const without = world();
    const moments = without.of(SOURCE);
    moments.become({ ...moments.now, exports: [], slices: [] }, from, from + 10);
    return without;
  };

  it('another cluster’s slice goes by what happened behind a hub that could not be heard: spurious', () => {
    expect(spuriousDeletes(withdrawn(2_500), goesAt(3_000), INVENTORIES)).toEqual([
      expect.stringContaining('the hub was not heard for 1000 ms'),
    ]);
  });

  it('by what was heard before, or after it: not spurious', () => {
    expect(spuriousDeletes(withdrawn(1_900), goesAt(3_000), INVENTORIES)).toEqual([]);
    expect(spuriousDeletes(withdrawn(2_500), goesAt(4_100), INVENTORIES)).toEqual([]);
  });

  it('its own goes by what it sees itself: not spurious', () => {
    expect(spuriousDeletes(withdrawn(2_500), { ...goesAt(3_000), id: SOURCE }, INVENTORIES)).toEqual([]);
  });

  it('its own, made after rules came that could not be heard, goes by what it sees itself (seed 147)', () => {
    const own = { ...object, metadata: { ...object.metadata, annotations: { 'tombolo.dev/source': 's/1' } } };
    const late = {
      ...goesAt(3_900),
      id: SOURCE,
      slices: [seen(3_500, own), deleted(3_910, own)],
    };
    const ruled = (without: World) => {
      without.hub.become({ ...without.hub.now, precedence: 'HubTime' }, 2_100, 2_110);
      return without;
    };
    expect(spuriousDeletes(ruled(withdrawn(3_700)), late, INVENTORIES)).toEqual([]);
    expect(spuriousDeletes(ruled(world()), late, INVENTORIES)).toHaveLength(1);
  });
});
