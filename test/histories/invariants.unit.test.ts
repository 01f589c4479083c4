import { describe, expect, it } from 'vitest';
import type { IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import type { Write } from './audit-tail.ts';
import { imported, member, READER, SOURCE, seen, serviceImport, slice, world, write } from './example.ts';
import { finalizers, foreignWrites, strayEndpoints, strayShapes } from './invariants.ts';

describe('S1, shapes', () => {
  it('an import shows what nobody exports: seen', () => {
    const strays = strayShapes(world(), [member({ imports: [seen(1_100, serviceImport(81))] })]);
    expect(strays).toEqual([expect.stringContaining('showed db as nobody exported it')]);
  });

  it('an import shows what somebody will export only later: seen', () => {
    expect(strayShapes(world(), [member({ imports: [seen(900, serviceImport(80))] })])).toHaveLength(1);
  });

  it('an import shows what is exported: not seen', () => {
    expect(strayShapes(world(), [member({ imports: [seen(1_100, serviceImport(80))] })])).toEqual([]);
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
