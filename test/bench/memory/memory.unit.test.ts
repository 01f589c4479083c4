import { describe, expect, it } from 'vitest';
import { decodeEndpoint } from '#controllers/endpoints/line.ts';
import { memoryFigures } from './figures.ts';
import {
  ENDPOINTS_OF_A_SERVICE,
  exportedService,
  PUBLISHERS,
  SLICES_OF_A_SERVICE,
  sliceRecords,
} from './records.ts';

describe('records', () => {
  const records = PUBLISHERS.flatMap((publisher) =>
    [0, 1].flatMap((service) => sliceRecords(publisher, service)),
  );

  it('are as many as a service is said to bring', () => {
    expect(records).toHaveLength(2 * SLICES_OF_A_SERVICE);
    expect(records.flatMap((record) => record.spec.endpoints)).toHaveLength(2 * ENDPOINTS_OF_A_SERVICE);
  });

  it('hold lines that the importer can read, no address twice', () => {
    const endpoints = records.flatMap((record) => record.spec.endpoints).map(decodeEndpoint);
    expect(new Set(endpoints.map((endpoint) => endpoint?.addresses[0])).size).toBe(endpoints.length);
    expect(endpoints).not.toContain(undefined);
  });

  it('are named by the inventory of their service', () => {
    for (const publisher of PUBLISHERS) {
      const named = exportedService(publisher, 1).spec.inventory.slices;
      expect(sliceRecords(publisher, 1).map(({ metadata }) => metadata.name.split('.')[2])).toEqual(
        expect.arrayContaining(named),
      );
    }
  });
});

describe('memory figures', () => {
  const level = (endpoints: number, heapUsed: number) => ({ endpoints, use: { heapUsed, external: 7 } });

  it('divide what was added by the endpoints that were, and leave the start out of it', () => {
    const found = memoryFigures({
      empty: level(0, 1_000_000),
      warm: level(2_000, 2_000_000),
      small: level(10_000, 3_000_000),
      large: level(100_000, 12_000_000),
      restarted: level(100_000, 11_800_000),
    });
    expect(found.slope).toBe(100);
    expect(found.small.perEndpoint).toBe(125);
    expect(found.large.perEndpoint).toBe(102);
    expect(found.restarted).toEqual({
      endpoints: 100_000,
      heapBytes: 11_800_000,
      externalBytes: 7,
      perEndpoint: 100,
    });
  });
});
