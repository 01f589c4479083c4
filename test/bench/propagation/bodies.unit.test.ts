import { describe, expect, it } from 'vitest';
import { toRecordSpec } from '#controllers/endpoints/record.ts';
import { projectSlice } from '#controllers/endpoints/views.ts';
import { addressesIn, changeAddress, firstAddress, MOST_CHANGES } from './addresses.ts';
import { LANES } from './lanes.ts';
import { prebuilt } from './prebuilt.ts';
import { ENDPOINTS, relayedRecord, relayedSlice, sourceSlice } from './slices.ts';

describe('addresses', () => {
  it('are all different and all of one width, so that finding one in bytes proves its change', () => {
    const all = [
      ...Array.from({ length: MOST_CHANGES }, (_, n) => changeAddress(n)),
      ...Array.from({ length: ENDPOINTS }, (_, n) => firstAddress(n)),
    ];
    expect(new Set(all).size).toBe(all.length);
    expect(new Set(all.map((address) => address.length)).size).toBe(1);
    expect(addressesIn(all.join())).toEqual(all);
  });

  it('do not start over when a lane has used them all', () => {
    expect(() => changeAddress(MOST_CHANGES)).toThrow('at most');
  });
});

describe('bodies', () => {
  const fresh = Array.from({ length: ENDPOINTS }, (_, n) => changeAddress(n));

  it('are those that serializing the changed object would give', () => {
    const slice = sourceSlice('plain', true);
    const body = prebuilt(slice)(fresh, '4711');
    expect(JSON.parse(body)).toEqual({
      ...slice,
      metadata: { ...slice.metadata, resourceVersion: '4711' },
      endpoints: slice.endpoints?.map((endpoint, n) => ({ ...endpoint, addresses: [changeAddress(n)] })),
    });
    expect(addressesIn(body)).toEqual(fresh);
  });

  it('refuse another number of addresses than they have gaps', () => {
    expect(() => prebuilt(sourceSlice('plain', true))(fresh.slice(1), '1')).toThrow(
      '99 addresses for 100 gaps',
    );
  });

  it('have one size over all lanes and all changes', () => {
    const sizes = (build: (lane: (typeof LANES)[number]) => Parameters<typeof prebuilt>[0]) =>
      new Set(LANES.map((lane) => prebuilt(build(lane))(fresh, '1').length));
    expect(sizes((lane) => sourceSlice(lane, true)).size).toBe(1);
    expect(sizes((lane) => relayedSlice(lane, true)).size).toBe(1);
  });

  it.each([true, false])('of the same relay hold what the product would export (of pods: %s)', (ofPods) => {
    const source = projectSlice({
      ...sourceSlice('same', ofPods),
      metadata: { ...sourceSlice('same', ofPods).metadata, uid: 'u', generation: 1 },
    });
    if (source.view !== 'source') throw new Error('the product takes the source for its own');
    const exported = toRecordSpec(source);
    if ('skip' in exported) throw new Error(`the product skips it: ${exported.skip}`);
    const relayed = relayedRecord('same', 'bench').spec;
    expect(relayed.endpoints).toEqual(exported.spec.endpoints);
    expect(relayed.ports).toEqual(exported.spec.ports);
    expect(relayed.addressType).toBe(exported.spec.addressType);
  });
});
