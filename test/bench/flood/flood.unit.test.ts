import { expect, test } from 'vitest';
import { figures } from '../propagation/figures.ts';
import type { Lane } from '../propagation/lanes.ts';
import { seededRandom } from '../stats/random.ts';
import { slowdown } from './figures.ts';
import { renderFlood } from './render.ts';

const condition = (product: number, relay: number) => {
  const lanes: [Lane, number][] = [
    ['product', product],
    ['plain', relay],
    ['again', relay],
    ['same', relay],
  ];
  const samples = new Map(lanes.map(([lane, ms]) => [lane, Array.from({ length: 100 }, () => ms)]));
  return figures({ samples, discarded: 0 }, seededRandom(1));
};

test('what a flood takes from the machine is no slowness of the product, what it takes beyond that is', () => {
  const busyMachine = { floodPerSecond: 100, quiet: condition(10, 10), flooded: condition(20, 20) };
  const behindTheFlood = { floodPerSecond: 100, quiet: condition(10, 10), flooded: condition(60, 20) };
  expect([slowdown(busyMachine), slowdown(behindTheFlood)]).toEqual([1, 3]);
  expect(renderFlood(behindTheFlood).split('\n').at(-1)).toBe(
    'R99 beside same with the flood, over that without it: 3.00',
  );
});
