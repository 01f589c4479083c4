import { describe, expect, it } from 'vitest';
import { type Costs, costsOf, type Found } from './costs.ts';
import { hubLoad, limitsOf, memberLoad, type SetShape } from './load.ts';
import { MEANS, scaleTables } from './page.ts';

const costs: Costs = {
  hubWrites: 1,
  importerWrites: 1,
  hubWriteMs: 4,
  hubTellMs: 0.01,
  sentBytes: 5_000,
  recordBytes: 4_000,
  hubWritesPerSecond: 400,
  importMs: 2,
  importsPerSecond: 300,
  endpointBytes: 100,
  residentMiB: 100,
};
const set: SetShape = { clusters: 100, slices: 10, changesPerSecond: 1, leaseSeconds: 10, watches: 5 };

describe('load', () => {
  it('of the hub grows with the clusters that change and with those that are told', () => {
    expect(hubLoad(costs, set)).toEqual({
      changesPerSecond: 100,
      leasesPerSecond: 10,
      writesPerSecond: 110,
      toldPerSecond: 10_000,
      bytesPerSecond: 50_000_000,
      processors: 0.54,
      watches: 500,
      storedBytes: 4_000_000,
      restartBytes: 400_000_000,
    });
  });

  it('of a member grows with the clusters that change', () => {
    expect(memberLoad(costs, set)).toEqual({
      writesPerSecond: 100,
      bytesPerSecond: 500_000,
      processors: 0.2,
      endpoints: 100_000,
      heapBytes: 10_000_000,
      residentBytes: 100 * 2 ** 20 + 10_000_000,
    });
  });
});

describe('limits', () => {
  const limits = limitsOf(costs, set, MEANS);

  it('are met where the load has become what there is, the nearest first', () => {
    const numbers = limits.map(({ clusters }) => clusters);
    expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
    for (const { what, most, clusters } of limits) {
      const there = limitsOf(costs, { ...set, clusters }, MEANS).find((one) => one.what === what);
      expect((there?.load ?? 0) / most, what).toBeCloseTo(1, 6);
    }
  });
});

describe('costs', () => {
  const run = (importers: number, hubMs: number) => ({
    importers,
    hubMs,
    hubWrites: 1,
    importerWrites: { least: 1, most: 1 },
  });
  const found: Found = {
    amplification: [run(1, 5.2), run(3, 5.6)],
    bytes: { sentPerFlip: 5_100, recordBytes: 4_000 },
    ceiling: { product: { ceiling: 300 } },
    drain: { slices: 200, bareP50Ms: 500 },
    memory: { slope: 90, levels: [] },
  };

  it('of telling a member are what one importer more has cost', () => {
    const { hubTellMs, hubWriteMs } = costsOf(found);
    expect(hubTellMs).toBeCloseTo(0.2);
    expect(hubWriteMs).toBeCloseTo(4.8);
  });

  it('of a hub at its most are records by the time that they took', () => {
    expect(costsOf(found)).toMatchObject({
      hubWritesPerSecond: 400,
      importsPerSecond: 300,
      sentBytes: 5_100,
    });
  });

  it('cannot be told from one number of importers', () => {
    expect(() => costsOf({ ...found, amplification: [run(1, 5)] })).toThrow('two numbers');
  });
});

it('the page shows the arithmetic', () => {
  const tables = scaleTables(costs, new Map([['amplification', 'today']]));
  expect([...tables.keys()]).toEqual(['costs', 'hub', 'member', 'limits']);
  expect(tables.get('hub')).toMatch(/\| writes +\| 1,300 × \*w\* \+ 100 +\| 1,400\/s +\|/);
});
