import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../stats/random.ts';
import { figures } from './figures.ts';
import { LANES, type Lane } from './lanes.ts';
import { type MeasureOptions, measure } from './measure.ts';
import { roundOrders } from './order.ts';
import { journeyMs } from './stamps.ts';

describe('the order of lanes', () => {
  it('has every lane once a round, and every second round backwards', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), (rounds, seed) => {
        const orders = roundOrders(LANES, rounds, seededRandom(seed));
        expect(orders).toHaveLength(rounds);
        for (const [n, order] of orders.entries()) {
          expect([...order].sort()).toEqual([...LANES].sort());
          if (n % 2 === 1) expect(order).toEqual(orders[n - 1]?.toReversed());
        }
      }),
    );
  });

  it('is another one from pair to pair', () => {
    const orders = roundOrders(LANES, 200, seededRandom(3)).map((order) => order.join());
    expect(new Set(orders).size).toBe(24);
  });
});

describe('a journey', () => {
  const at = (ms: number) => String(BigInt(ms) * 1_000_000n);

  it('begins when a watch shows it in A, or with the reply to the write where that is first', () => {
    expect(journeyMs({ atA: at(100), atB: at(112) }, 101_000_000n)).toBe(12);
    expect(journeyMs({ atA: at(112), atB: at(112) }, 101_000_000n)).toBe(11);
  });
});

const options = (more: Partial<MeasureOptions> = {}): MeasureOptions => ({
  lanes: LANES,
  rounds: 200,
  warmUpRounds: 0,
  spacingMs: 0,
  warmUpSpacingMs: 0,
  random: seededRandom(1),
  clock: { monotonic: () => 0, sleep: async () => {} },
  report: () => {},
  ...more,
});

describe('measure', () => {
  it('keeps as many rounds as asked for, in whole runs, and no warm-up', async () => {
    let changes = 0;
    const measured = await measure(async () => ++changes, options({ rounds: 150, warmUpRounds: 10 }));
    expect(measured.samples.get('plain')).toHaveLength(200);
    expect(Math.min(...LANES.flatMap((lane) => measured.samples.get(lane) ?? []))).toBe(
      10 * LANES.length + 1,
    );
  });

  it('drops a run for all lanes when a bare lane stalls, and makes up for it', async () => {
    const counts = new Map<Lane, number>();
    const measured = await measure(async (lane) => {
      const count = (counts.get(lane) ?? 0) + 1;
      counts.set(lane, count);
      // Two stalls in the first run of one relay; the product stalls all the time, which discards nothing.
      if (lane === 'same' && count <= 2) return 1_000;
      return lane === 'product' && count % 10 === 0 ? 1_000 : 10;
    }, options());
    expect(measured.discarded).toBe(1);
    expect(measured.samples.get('same')).toEqual(Array.from({ length: 200 }, () => 10));
    expect(measured.samples.get('product')).toHaveLength(200);
    expect(measured.samples.get('product')?.filter((ms) => ms === 1_000)).toHaveLength(20);
  });

  it('starts changes the spacing apart, and pauses a quarter of it even after a slow one', async () => {
    let now = 0;
    const starts: number[] = [];
    const clock = {
      monotonic: () => now,
      sleep: async (ms: number) => {
        now += ms;
      },
    };
    await measure(
      async () => {
        now += starts.push(now) === 2 ? 250 : 10;
        return 10;
      },
      options({ rounds: 100, spacingMs: 100, clock }),
    );
    expect(starts.slice(0, 4)).toEqual([0, 100, 375, 475]);
  });

  it('gives up on a machine that is never quiet, and says how much is left', async () => {
    let changes = 0;
    const measured = await measure(async () => (++changes % 20 === 0 ? 1_000 : 10), options());
    expect(measured.discarded).toBe(3);
    expect(measured.samples.get('plain')).toEqual([]);
  });
});

describe('figures', () => {
  const lane = (base: number) => Array.from({ length: 100 }, (_, n) => base + n / 100);
  const samples = new Map<Lane, number[]>([
    ['product', lane(20)],
    ['plain', lane(10)],
    ['again', lane(10)],
    ['same', lane(19)],
  ]);

  it('put the product over the relay, and the relay beside itself', () => {
    const found = figures({ samples, discarded: 2 }, seededRandom(1));
    expect(Object.keys(found)).toEqual([
      'n',
      'discarded',
      'plain',
      'same',
      'noiseFloor50',
      'productP50Ms',
      'detail',
    ]);
    expect(found).toMatchObject({ n: 100, discarded: 2, noiseFloor50: 1, productP50Ms: 20.495 });
    expect(found.plain).toEqual({ r50: 1.953, r99: 1.911, p50Ms: 10.495 });
    expect(found.same).toEqual({ r50: 1.051, r99: 1.05, p50Ms: 19.495 });
    const [low, high] = found.detail.intervals['plain.r50'] ?? [0, 0];
    expect(low).toBeLessThan(1.953);
    expect(high).toBeGreaterThan(1.953);
  });

  it('of the relays alone hold no ratio of a product that did not run', () => {
    const relays = new Map([...samples].filter(([name]) => name !== 'product'));
    const found = figures({ samples: relays, discarded: 0 }, seededRandom(1));
    expect(found.plain).toEqual({ r50: null, r99: null, p50Ms: 10.495 });
    expect(found.productP50Ms).toBeNull();
  });

  it('refuse to make figures of nothing', () => {
    const nothing = new Map<Lane, number[]>(LANES.map((name) => [name, []]));
    expect(() => figures({ samples: nothing, discarded: 6 }, seededRandom(1))).toThrow('6 runs were noisy');
  });
});
