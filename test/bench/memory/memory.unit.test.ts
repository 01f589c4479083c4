import { describe, expect, it } from 'vitest';
import { decodeEndpoint } from '#controllers/endpoints/line.ts';
import { memoryChapter } from './chapter.ts';
import { type ChangeCost, type Level, memoryFigures } from './figures.ts';
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
  const level = (name: Level['name'], endpoints: number, heapUsed: number, cost?: ChangeCost): Level => ({
    name,
    endpoints,
    use: { heapUsed, external: 7 },
    residentMiB: 100,
    ...(cost && { cost }),
  });
  const found = memoryFigures([
    level('empty', 0, 1_000_000),
    level('warm', 2_000, 2_000_000),
    level('imported', 10_000, 3_000_000, { changes: 500, importerMs: 900, relayMs: 600 }),
    level('imported', 100_000, 12_000_000, { changes: 500, importerMs: 1_300, relayMs: 600 }),
    level('restarted', 100_000, 11_800_000),
  ]);

  it('divide what was added by the endpoints that were, and leave the start out of it', () => {
    expect(found.slope).toBe(100);
    expect(found.levels.map(({ perEndpoint }) => perEndpoint)).toEqual([null, null, 125, 102, 100]);
  });

  it('divide the processor time by changes, and by that of the relay', () => {
    expect(found.levels[2]).toMatchObject({ importerMsPer1000: 1_800, processor: 1.5 });
    expect(memoryChapter(found).figures.flatMap(({ met }) => met ?? [])).toEqual([true, true, false]);
  });

  it('want two sizes', () => {
    expect(() => memoryFigures([level('warm', 0, 1), level('imported', 10, 2)])).toThrow('two sizes');
  });
});
