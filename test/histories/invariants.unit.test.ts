import { describe, expect, it } from 'vitest';
import type { IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import type { IService } from '#apis/kubernetes/service.ts';
import type { KubeObject } from '#apis/meta.ts';
import type { IServiceExport } from '#apis/multicluster/service-export.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import type { Write } from './audit-tail.ts';
import { type Inventories, type MemberSeen, spuriousDeletes } from './deletions.ts';
import { finalizers, foreignWrites, silentRemovals, strayEndpoints, strayShapes } from './invariants.ts';
import type { MemberId } from './script.ts';
import { undisturbed } from './vouching.ts';
import type { Sight } from './watched.ts';
import { World } from './world.ts';

const NS = 'h1';
const [READER, SOURCE]: [MemberId, MemberId] = ['bjpdc', 'zzzc'];

/** zzzc exports `db` with one slice from 1,000 on. */
function world(): World {
  const made = new World(NS, () => ['IPv4'], 0);
  const moments = made.of(SOURCE);
  const service: IService = {
    metadata: { namespace: NS, name: 'db' },
    spec: { clusterIP: '198.18.203.1', ipFamilies: ['IPv4'], ports: [{ name: 'tcp', port: 80 }] },
  };
  const exported: IServiceExport = {
    metadata: { namespace: NS, name: 'db', uid: 'e', creationTimestamp: '2026-01-01T00:00:00Z' },
  };
  const next = {
    ...moments.now,
    services: [service],
    exports: [exported],
    slices: [slice('s', 1, '198.18.3.1')],
  };
  moments.become(next, 1_000, 1_010);
  return made;
}

function slice(uid: string, generation: number, address: string): IEndpointSlice {
  return {
    metadata: {
      namespace: NS,
      name: 'db-x',
      uid,
      generation,
      labels: { 'kubernetes.io/service-name': 'db' },
    },
    addressType: 'IPv4',
    ports: [{ name: 'tcp', port: 8080, protocol: 'TCP' }],
    endpoints: [{ addresses: [address] }],
  };
}

function imported(uid: string, generation: number, address: string): IEndpointSlice {
  return {
    ...slice(uid, generation, address),
    metadata: {
      namespace: NS,
      name: 'db-zzzc-1',
      uid: 'i',
      labels: {
        'multicluster.kubernetes.io/service-name': 'db',
        'multicluster.kubernetes.io/source-cluster': SOURCE,
      },
      annotations: { 'tombolo.dev/source': `${uid}/${generation}`, 'tombolo.dev/asserted': 'u/20' },
    },
  };
}

function serviceImport(port: number): IServiceImport {
  return {
    metadata: {
      namespace: NS,
      name: 'db',
      uid: 'j',
      annotations: { 'tombolo.dev/sources': JSON.stringify({ [SOURCE]: { uid: 'u', sequence: 10 } }) },
    },
    spec: {
      type: 'ClusterSetIP',
      ports: [{ name: 'tcp', protocol: 'TCP', port }],
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
    },
  };
}

function seen<T extends KubeObject>(at: number, object: T): Sight<T> {
  return { at, is: 'seen', object };
}

function deleted<T extends KubeObject>(at: number, object: T): Sight<T> {
  return { at, is: 'deleted', object };
}

function write(verb: string, resource: string, name: string, at = 0, more: Partial<Write> = {}): Write {
  return { user: 'agent', verb, resource, subresource: '', namespace: NS, name, at, ...more };
}

function member(more: Partial<MemberSeen>): MemberSeen {
  return { id: READER, imports: [], services: [], slices: [], writes: [], troubles: [], ...more };
}

/** The report that named the service came at 1,050, its inventory of slices at 1,060. */
const INVENTORIES: Inventories = new Map([
  [
    SOURCE,
    {
      reports: [
        seen(1_050, {
          metadata: { name: 'report' },
          spec: {
            clusterUID: 'u',
            clusterSetUID: 'set',
            agentVersion: '',
            inventory: { sequence: 10, services: [`${NS}.db`] },
          },
        }),
      ],
      services: [
        seen(1_060, {
          metadata: { name: `${NS}.db` },
          spec: {
            service: { namespace: NS, name: 'db' },
            export: { uid: 'e', creationTimestamp: '2026-01-01T00:00:00Z' },
            type: 'ClusterSetIP' as const,
            ports: [],
            inventory: { sequence: 20, slices: ['x'] },
            asserted: { uid: 'u', sequence: 10 },
          },
        }),
      ],
      troubles: [],
    },
  ],
]);

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
    const early = new World(NS, () => ['IPv4'], 0);
    const moments = early.of(SOURCE);
    const there = world().of(SOURCE).now;
    moments.become(there, 100, 110);
    moments.become({ ...there, exports: [], slices: [] }, 200, 210);
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
    expect(undisturbed(2_000, [])).toBe(1_750);
    expect(undisturbed(2_000, [{ from: 1_000, until: 1_900 }])).toBe(750);
    expect(
      undisturbed(2_000, [
        { from: 500, until: 900 },
        { from: 1_000, until: 1_900 },
      ]),
    ).toBe(250);
    expect(undisturbed(2_000, [{ from: 100, until: 200 }])).toBe(1_750);
  });
});

describe('S1, shapes', () => {
  it('an import shows what nobody exports: seen', () => {
    const strays = strayShapes(world(), member({ imports: [seen(1_100, serviceImport(81))] }));
    expect(strays).toEqual([expect.stringContaining('showed db as nobody exported it')]);
  });

  it('an import shows what somebody will export only later: seen', () => {
    expect(strayShapes(world(), member({ imports: [seen(900, serviceImport(80))] }))).toHaveLength(1);
  });

  it('an import shows what is exported: not seen', () => {
    expect(strayShapes(world(), member({ imports: [seen(1_100, serviceImport(80))] }))).toEqual([]);
  });
});

describe('S2, what is not ours', () => {
  const users = { slices: new Set(['db-x']) };
  const about = (own: Write[], hub: Write[] = []) => foreignWrites(world(), READER, { own, hub }, users);

  it.each([
    write('update', 'services', 'db'),
    write('delete', 'endpointslices', 'db-x'),
    write('update', 'serviceexports', 'db'),
    write('delete', 'configmaps', 'any'),
  ])('$verb $resource $name: seen', (one) => {
    expect(about([one])).toHaveLength(1);
  });

  it('a write to another member’s namespace on the hub: seen', () => {
    const namespace = `member-${SOURCE}`;
    expect(about([], [write('update', 'exportedservices', 'db', 0, { namespace })])).toHaveLength(1);
  });

  it('what is ours: not seen', () => {
    const own = [
      write('create', 'services', 'derived-1'),
      write('delete', 'endpointslices', 'db-zzzc-1'),
      write('update', 'serviceexports', 'db', 0, { subresource: 'status' }),
    ];
    expect(about(own, [write('update', 'leases', 'l', 0, { namespace: `member-${READER}` })])).toEqual([]);
  });
});

describe('S3 and S4, endpoints', () => {
  const shows = (...states: IEndpointSlice[]) =>
    strayEndpoints(world(), { id: READER, slices: states.map((one) => seen(1_100, one)) });

  it('addresses, a generation or a source that its cluster never had: seen', () => {
    expect(shows(imported('s', 1, '198.18.2.9'))).toEqual([expect.stringContaining('other addresses')]);
    expect(shows(imported('s', 7, '198.18.3.1'))).toEqual([expect.stringContaining('never had')]);
    expect(shows(imported('other', 1, '198.18.3.1'))).toEqual([expect.stringContaining('never had')]);
  });

  it('it goes back: seen', () => {
    const later = world();
    const moments = later.of(SOURCE);
    moments.become({ ...moments.now, slices: [slice('s', 2, '198.18.3.2')] }, 1_200, 1_210);
    const states = [imported('s', 2, '198.18.3.2'), imported('s', 1, '198.18.3.1')];
    const slices = states.map((one) => seen(1_300, one));
    expect(strayEndpoints(later, { id: READER, slices })).toEqual([
      'bjpdc went back in db-zzzc-1 from generation 2 of s to 1',
    ]);
    expect(strayEndpoints(later, { id: READER, slices: slices.toReversed() })).toEqual([]);
  });

  it('it goes back to a source that was replaced: seen', () => {
    const later = world();
    const moments = later.of(SOURCE);
    moments.become({ ...moments.now, slices: [slice('t', 1, '198.18.3.2')] }, 1_200, 1_210);
    const [old, young] = [imported('s', 1, '198.18.3.1'), imported('t', 1, '198.18.3.2')];
    const slices = [old, young, old].map((one) => seen(1_300, one));
    expect(strayEndpoints(later, { id: READER, slices })).toEqual([
      'bjpdc went back in db-zzzc-1 to source s, which it had left',
    ]);
  });
});

describe('S7, finalizers', () => {
  it('any: seen', () => {
    const held = { metadata: { name: 'db', finalizers: ['tombolo.dev/x'] } };
    expect(finalizers(READER, [seen(0, held)])).toEqual(['bjpdc: db has finalizers: tombolo.dev/x']);
    expect(finalizers(READER, [seen(0, { metadata: { name: 'db' } })])).toEqual([]);
  });
});

describe('S8, silence', () => {
  const slices = [seen(1_100, imported('s', 1, '198.18.3.1'))];
  const at = (time: number) =>
    member({ slices, writes: [write('delete', 'endpointslices', 'db-zzzc-1', time)] });
  const silence = [{ from: 2_000, until: 4_000 }];

  it('another cluster’s slice goes while nothing comes from the hub: seen', () => {
    expect(silentRemovals(at(3_000), silence)).toEqual([
      'bjpdc deleted endpointslices db-zzzc-1 while it could not hear the hub',
    ]);
  });

  it('before, just after its beginning, after it, and its own: not seen', () => {
    for (const time of [1_900, 2_100, 4_100]) expect(silentRemovals(at(time), silence)).toEqual([]);
    expect(silentRemovals({ ...at(3_000), id: SOURCE }, silence)).toEqual([]);
  });

  it('an older decision that was held up on the way to its own server: not seen', () => {
    const troubles = [{ from: 1_800, until: 3_100 }];
    expect(silentRemovals({ ...at(3_000), troubles }, silence)).toEqual([]);
  });
});
