import { describe, expect, it } from 'vitest';
import type { IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import type { IExportedService } from '#apis/hub/exported-service.ts';
import type { IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import type { Write } from './audit-tail.ts';
import { type RecordsSeen, spuriousRecordDeletes } from './record-deletions.ts';
import type { MemberId } from './script.ts';
import type { Sight } from './watched.ts';
import { World } from './world.ts';

const ID: MemberId = 'zzzc';
const EXPORTED: IExportedService = {
  metadata: { name: 'h1.db', uid: 'r' },
  spec: {
    service: { namespace: 'h1', name: 'db' },
    export: { uid: 'e', creationTimestamp: '2026-01-01T00:00:00Z' },
    type: 'ClusterSetIP',
    ports: [],
    inventory: { sequence: 20, slices: ['x'] },
    asserted: { uid: 'u', sequence: 10 },
  },
};
const SLICE: IExportedEndpointSlice = {
  metadata: { name: 'h1.db.x', uid: 's' },
  spec: {
    addressType: 'IPv4',
    ports: [],
    source: { uid: 'source', generation: 1 },
    endpoints: [],
    asserted: { uid: 'u', sequence: 20 },
  },
};
const SOURCE: IEndpointSlice = {
  metadata: { namespace: 'h1', name: 'db-x', uid: 'source', generation: 1 },
  addressType: 'IPv4',
  endpoints: [],
};

/** zzzc exports `db` with one slice from 1,000 on. */
function world(): World {
  const made = new World({ seed: 1, namespace: 'h1' }, () => ['IPv4'], 0);
  const moments = made.of(ID);
  const services = [{ metadata: { namespace: 'h1', name: 'db' }, spec: {} }];
  const exports = [{ metadata: { namespace: 'h1', name: 'db', uid: 'e' } }];
  moments.become({ ...moments.now, services, exports, slices: [SOURCE] }, 1_000, 1_010);
  return made;
}

function life<T extends IExportedService | IExportedEndpointSlice>(object: T): Sight<T>[] {
  return [
    { at: 1_400, is: 'seen', object },
    { at: 2_010, is: 'deleted', object },
  ];
}

function deletion(resource: string, name: string): Write {
  return { user: '', verb: 'delete', resource, subresource: '', namespace: 'member-zzzc', name, at: 2_000 };
}

function seen(more: Partial<RecordsSeen>): RecordsSeen {
  const lives = { reports: [], services: [] as Sight<IExportedService>[], slices: life(SLICE) };
  return { id: ID, ...lives, gaps: [], byAgent: [], byHub: [], troubles: [], ...more };
}

const OF_SERVICE = seen({
  services: life(EXPORTED),
  byAgent: [deletion('exportedservices', 'h1.db')],
});
const OF_SLICE = seen({ byAgent: [deletion('exportedendpointslices', 'h1.db.x')] });

describe('S1, records on the hub', () => {
  it('goes while what it is about was exported all along: spurious', () => {
    expect(spuriousRecordDeletes(world(), OF_SERVICE)).toEqual([
      expect.stringMatching(
        /^zzzc deleted exportedservices h1.db of zzzc: what it is about was exported ever since it was made, 600 ms before/,
      ),
    ]);
    expect(spuriousRecordDeletes(world(), OF_SLICE)).toHaveLength(1);
  });

  it('the export was gone for a moment: not spurious', () => {
    const back = world();
    const moments = back.of(ID);
    const before = moments.now;
    moments.become({ ...before, exports: [] }, 1_500, 1_510);
    moments.become(before, 1_600, 1_610);
    expect(spuriousRecordDeletes(back, OF_SERVICE)).toEqual([]);
    expect(spuriousRecordDeletes(back, OF_SLICE)).toEqual([]);
  });

  it('only the slice was gone: its own record may go, the Service’s may not', () => {
    const without = world();
    const moments = without.of(ID);
    moments.become({ ...moments.now, slices: [] }, 1_500, 1_510);
    expect(spuriousRecordDeletes(without, OF_SLICE)).toEqual([]);
    expect(spuriousRecordDeletes(without, OF_SERVICE)).toHaveLength(1);
  });

  it('somebody else deleted the record of its Service, which named it: its own may go', () => {
    const slipped = { ...OF_SLICE, services: [{ at: 1_900, is: 'deleted' as const, object: EXPORTED }] };
    expect(spuriousRecordDeletes(world(), slipped)).toEqual([]);
    const later = { ...OF_SLICE, services: [{ at: 4_900, is: 'deleted' as const, object: EXPORTED }] };
    expect(spuriousRecordDeletes(world(), later)).toHaveLength(1);
  });

  it('the hub’s inventory does not name it, made before all that came since: not spurious', () => {
    const inventory = (services: string[]) => ({
      at: 1_950,
      is: 'seen' as const,
      object: {
        metadata: { name: 'report' },
        spec: {
          clusterUID: 'u',
          clusterSetUID: 'set',
          agentVersion: '',
          inventory: { sequence: 11, services },
        },
      },
    });
    expect(spuriousRecordDeletes(world(), { ...OF_SERVICE, reports: [inventory([])] })).toEqual([]);
    expect(spuriousRecordDeletes(world(), { ...OF_SLICE, reports: [inventory([])] })).toEqual([]);
    expect(spuriousRecordDeletes(world(), { ...OF_SLICE, reports: [inventory(['h1.db'])] })).toHaveLength(1);
    const soon = [inventory([]), { ...inventory(['h1.db']), at: 2_100 }];
    expect(spuriousRecordDeletes(world(), { ...OF_SERVICE, reports: soon })).toEqual([]);
    expect(spuriousRecordDeletes(world(), { ...OF_SERVICE, reports: [inventory(['h1.db'])] })).toHaveLength(
      1,
    );
  });

  it('a rule forbids it: not spurious', () => {
    const ruled = world();
    ruled.hub.become({ ...ruled.hub.now, deny: ['h1'] }, 1_500, 1_510);
    expect(spuriousRecordDeletes(ruled, OF_SERVICE)).toEqual([]);
  });

  it('it was gone only before the record was made: spurious', () => {
    const early = new World({ seed: 1, namespace: 'h1' }, () => ['IPv4'], -2_000);
    const moments = early.of(ID);
    const there = world().of(ID).now;
    moments.become(there, -1_000, -990);
    moments.become({ ...there, exports: [] }, -900, -890);
    moments.become(there, 1_000, 1_010);
    expect(spuriousRecordDeletes(early, OF_SERVICE)).toHaveLength(1);
  });

  it('the hub’s controller deletes records of a member that is in the set: spurious; of one that is out: not', () => {
    const byHub = [deletion('exportedservices', 'h1.db')];
    expect(spuriousRecordDeletes(world(), seen({ byHub }))).toHaveLength(1);
    const removed = world();
    removed.hub.become({ ...removed.hub.now, removed: [ID] }, 1_500, 1_510);
    expect(spuriousRecordDeletes(removed, seen({ byHub }))).toEqual([]);
  });

  it('nobody saw what was deleted: spurious, unless nobody looked on', () => {
    const unseen = { ...OF_SERVICE, services: [] };
    expect(spuriousRecordDeletes(world(), unseen)).toHaveLength(1);
    expect(spuriousRecordDeletes(world(), { ...unseen, gaps: [{ from: 1_900, until: 2_100 }] })).toEqual([]);
  });
});
