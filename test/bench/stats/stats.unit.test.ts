import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { isNoisy } from './noise.ts';
import { median, quantile } from './quantile.ts';
import { seededRandom, shuffled } from './random.ts';
import { quantileRatio } from './ratio.ts';
import { percent, tooSoon } from './too-soon.ts';

const times = fc.array(fc.double({ min: 0.1, max: 1e4, noNaN: true }), { minLength: 1, maxLength: 50 });

describe('quantile', () => {
  it.each([
    [[7], 0.99, 7],
    [[1, 2, 3], 0.5, 2],
    [[4, 1, 3, 2], 0.5, 2.5],
    [[10, 20], 0.25, 12.5],
    [Array.from({ length: 101 }, (_, n) => n), 0.99, 99],
  ])('of %j at %d is %d', (sample, q, expected) => {
    expect(quantile(sample, q)).toBeCloseTo(expected, 10);
  });

  it('sorts by number, not by spelling, and leaves the sample as it was', () => {
    const sample = [100, 9, 20];
    expect(median(sample)).toBe(20);
    expect(sample).toEqual([100, 9, 20]);
  });

  it('never leaves the range of its sample and grows with q', () => {
    fc.assert(
      fc.property(times, fc.double({ min: 0, max: 1, noNaN: true }), (sample, q) => {
        const value = quantile(sample, q);
        expect(value).toBeGreaterThanOrEqual(Math.min(...sample));
        expect(value).toBeLessThanOrEqual(Math.max(...sample));
        expect(value).toBeLessThanOrEqual(quantile(sample, Math.min(1, q + 0.1)) * (1 + 1e-12));
      }),
    );
  });

  it('refuses an empty sample and a q outside 0 to 1', () => {
    expect(() => quantile([], 0.5)).toThrow('empty sample');
    expect(() => quantile([1], 99)).toThrow('between 0 and 1');
  });
});

describe('random', () => {
  it('repeats itself from one seed, differs with another, and is uniform enough', () => {
    const draw = (seed: number) => Array.from({ length: 2_000 }, seededRandom(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    const values = draw(3);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(values.reduce((sum, value) => sum + value) / values.length).toBeCloseTo(0.5, 1);
  });

  it('shuffles into every order, losing nothing', () => {
    const random = seededRandom(7);
    const orders = new Set(Array.from({ length: 200 }, () => shuffled(['a', 'b', 'c'], random).join('')));
    expect([...orders].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
  });
});

describe('quantileRatio', () => {
  it('is exact, with no width, where one lane is a multiple of the other', () => {
    const base = Array.from({ length: 100 }, () => 10);
    const ratio = quantileRatio(
      base.map((value) => value * 1.5),
      base,
      0.5,
      seededRandom(1),
    );
    expect(ratio).toEqual({ value: 1.5, low: 1.5, high: 1.5 });
  });

  it('holds the true ratio of two noisy lanes in about 95 of 100 runs', () => {
    const random = seededRandom(11);
    let held = 0;
    for (let run = 0; run < 200; run++) {
      const lane = Array.from({ length: 60 }, () => 12 + 4 * random());
      const base = Array.from({ length: 60 }, () => 8 + 4 * random());
      const { low, high } = quantileRatio(lane, base, 0.5, random, 200);
      if (low <= 1.4 && 1.4 <= high) held++;
    }
    expect(held).toBeGreaterThan(180);
    expect(held).toBeLessThan(200);
  });

  it('draws rounds whole: what slowed both lanes alike does not widen the interval', () => {
    const random = seededRandom(5);
    const base = Array.from({ length: 200 }, () => 1 + 99 * random());
    const lane = base.map((value) => value * 2);
    const ratio = quantileRatio(lane, base, 0.5, random);
    expect(ratio.low).toBeCloseTo(2, 9);
    expect(ratio.high).toBeCloseTo(2, 9);
  });

  it('refuses lanes that were not measured in the same rounds', () => {
    expect(() => quantileRatio([1, 2], [1], 0.5, seededRandom(1))).toThrow('2 and 1 rounds');
  });
});

describe('isNoisy', () => {
  const steady = Array.from({ length: 100 }, () => 10);
  const twoStalls = [...steady.slice(2), 900, 900];

  it('keeps a run whose slowest hundredth stays within five medians', () => {
    expect(isNoisy([steady, [...steady.slice(2), 49, 49]])).toBe(false);
  });

  it('drops a run as soon as one bare lane stalled', () => {
    expect(isNoisy([steady, twoStalls])).toBe(true);
    expect(isNoisy([twoStalls, steady])).toBe(true);
  });
});

test('journeys that seem to have taken no time are told apart', () => {
  expect(tooSoon([-2, 0.2, 7, 8])).toBe(0.5);
  expect(tooSoon([])).toBe(0);
  expect(percent(tooSoon([0, 9, 9]))).toBe('33.3 %');
});
