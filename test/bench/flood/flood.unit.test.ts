import { expect, test } from 'vitest';
import { floodFigures, renderFlood } from './figures.ts';

test('a flood is told by its rate, and by what it does to the slowest changes of others', () => {
  const found = floodFigures({
    quiet: [10, 10, 10],
    flooded: [20, 20, 20],
    floodChanges: 300,
    floodMs: 2_000,
  });
  expect(found).toMatchObject({ changes: 3, floodPerSecond: 150, ratio: 2 });
  expect(renderFlood(found)).toBe(
    [
      '3 changes each; the flood: 150 changes per second of another exporter',
      'ms to another cluster          p50       p99',
      'nobody else changes           10.0      10.0',
      'while another floods          20.0      20.0',
      'ratio of the p99: 2.00',
    ].join('\n'),
  );
});
