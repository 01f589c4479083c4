import { describe, expect, it } from 'vitest';
import { decodeEndpoint } from '#controllers/endpoints/line.ts';
import type { Account } from '../journey/ledger.ts';
import { numbersIn } from '../journey/numbers.ts';
import { seededRandom } from '../stats/random.ts';
import { ceilingChapter } from './chapter.ts';
import {
  BARE_SLICES,
  bareRecord,
  bareSlice,
  exportedService,
  firstChange,
  report,
  sliceRecord,
} from './content.ts';
import { ceilingFigures } from './figures.ts';
import { sum, type Window } from './measure.ts';

const SHAPE = { clusters: 3, services: 4, sliceSize: 10 };

describe('content', () => {
  const records = [0, 1, 2].flatMap((cluster) =>
    [0, 1, 2, 3].map((service) => sliceRecord(SHAPE, cluster, service)),
  );

  it('shares no address, over both lanes, and leaves those of changes alone', () => {
    const bare = Array.from({ length: BARE_SLICES }, (_, slice) => bareRecord(SHAPE, slice));
    const numbers = [...records, ...bare].flatMap((record) => numbersIn(JSON.stringify(record)));
    expect(new Set(numbers).size).toBe(firstChange(SHAPE));
    expect(numbers).toHaveLength(firstChange(SHAPE));
  });

  it('holds lines that the importer can read, and is named by its inventories', () => {
    for (const { metadata, spec } of records) {
      expect(spec.endpoints.map(decodeEndpoint)).not.toContain(undefined);
      const [namespace, service, hash] = metadata.name.split('.');
      const named = exportedService(0, Number(service?.slice(3)));
      expect(named.spec.inventory.slices).toEqual([hash]);
      expect(report(SHAPE, 0, 'set').spec.inventory.services).toContain(`${namespace}.${service}`);
    }
  });

  it('is the same addresses on the hub and in B for the relay', () => {
    const [record, slice] = [bareRecord(SHAPE, 17), bareSlice(SHAPE, 17)];
    expect(numbersIn(JSON.stringify(slice))).toEqual(numbersIn(JSON.stringify(record)));
  });
});

describe('figures', () => {
  const account = (more: Partial<Account>) => sum([{ changes: 4, writes: 4, ms: [1, 2, 3, 4], ...more }]);
  const window = (lane: Window['lane'], more: Partial<Account> = {}): Window => ({
    lane,
    changes: 4,
    rate: 100,
    backlog: 0,
    account: account(more),
    processorMs: lane === 'product' ? 8 : 4,
  });
  const figures = (...windows: Window[]) =>
    ceilingFigures(
      {
        shape: SHAPE,
        rate: 100,
        seconds: 1,
        discarded: 0,
        noisy: false,
        windows,
        bursts: [],
        residentMiB: 300,
      },
      seededRandom(1),
    );
  const met = (...windows: Window[]) =>
    ceilingChapter({ ...figures(...windows), further: [] }).figures.flatMap(({ what, met: is }) =>
      is === false ? [what] : [],
    );

  it('explain every change: a write of its own, or one of a later change', () => {
    const found = figures(window('product', { writes: 3, coalesced: 1 }), window('bare'));
    expect(found).toMatchObject({ unexplained: 0, outOfOrder: 0, importerMsPer1000: 2_000, processor: 2 });
    expect(met(window('product', { writes: 3, coalesced: 1 }), window('bare'))).toEqual([]);
  });

  it('miss a write too many, a change that came to nothing, and a wrong order', () => {
    expect(figures(window('product', { repeats: 2 }), window('bare')).unexplained).toBe(2);
    expect(figures(window('product', { writes: 3 }), window('bare')).unexplained).toBe(1);
    expect(met(window('product', { backwards: 1 }), window('bare'))).toEqual([
      'older changes applied after newer ones',
    ]);
  });

  it('take the worst backlog, and compare with the bare relay', () => {
    const late = { ...window('product', { ms: [3, 6, 9, 12] }), backlog: 7 };
    const found = figures(window('product'), late, window('bare'));
    expect(found.product.backlog).toBe(7);
    expect(met(window('product'), late, window('bare'))).toContain(
      'changes not imported a second after the last one',
    );
    expect(figures({ ...late, backlog: 0 }, window('bare'))).toMatchObject({
      r50: { value: 3 },
      r99: { value: 3 },
    });
  });
});
