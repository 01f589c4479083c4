import { expect, test } from 'vitest';
import { bytesChapter, bytesFigures } from './figures.ts';

const samples = {
  endpoints: 200,
  flips: 10,
  events: { count: 10, bytes: 10_000 },
  sentBytes: 10_400,
  sources: [26_000, 26_000],
  records: [3_000, 3_400],
};

test('what is sent is compared with an event, a record with its source', () => {
  const found = bytesFigures(samples);
  expect(found).toMatchObject({ slices: 2, eventBytes: 1_000, sentPerFlip: 1_040, eventsPerFlip: 1 });
  expect(found.ratio).toBeCloseTo(1.04);
  expect(found.share).toBeCloseTo(3_200 / 26_000);
  expect(bytesChapter(found).figures.map(({ met }) => met)).toEqual([true, undefined, true, undefined]);
});

test('a second event for a change shows in what is sent', () => {
  const found = bytesFigures({ ...samples, events: { count: 20, bytes: 20_000 }, sentBytes: 20_400 });
  expect(found).toMatchObject({ eventsPerFlip: 2, ratio: 2.04 });
  expect(bytesChapter(found).figures[0]?.met).toBe(false);
});
