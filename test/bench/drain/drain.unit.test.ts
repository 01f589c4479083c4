import { expect, test } from 'vitest';
import { missed } from '../report/missed.ts';
import { seededRandom } from '../stats/random.ts';
import { type DrainSamples, drainChapter, drainCounts, drainFigures } from './figures.ts';

const samples: DrainSamples = {
  changes: 1_000,
  slices: 20,
  minutes: 1,
  inFlight: 4,
  requests: { 'update exportedendpointslices': 20, 'list members': 1 },
  long: { product: { waitMs: 5_000, spanMs: 300 }, bareMs: 200 },
  short: [
    { product: { waitMs: 700, spanMs: 110 }, bareMs: 100 },
    { product: { waitMs: 800, spanMs: 120 }, bareMs: 100 },
  ],
};

test('writes are counted and reads told, times are compared round by round', () => {
  const found = drainFigures(samples, seededRandom(1));
  expect(found).toMatchObject({ hubWrites: 20, besides: { 'list members': 1 }, longRatio: 1.5, rounds: 2 });
  expect(found.ratio.value).toBeCloseTo(1.15);
  expect(drainChapter(found).figures.map(({ met }) => met)).toEqual([true, true, undefined]);
});

test.each([19, 21])('%i writes for 20 slices miss the target', (writes) => {
  const found = drainFigures(
    { ...samples, requests: { 'update exportedendpointslices': writes } },
    seededRandom(1),
  );
  expect(missed(drainCounts(found))).toHaveLength(1);
});
