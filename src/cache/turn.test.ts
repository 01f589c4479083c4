import { expect, it } from 'vitest';
import { turnAmong } from './turn.ts';

const half = () => 0.5;

it('spreads readers over the time that their lists take one after the other', () => {
  expect(turnAmong(41, 100, half)).toBe(2_000);
  expect(turnAmong(41, 100, () => 0)).toBe(0);
});

it('lets nobody wait who is alone, or does not know of any others', () => {
  expect(turnAmong(1, 5_000, half)).toBe(0);
  expect(turnAmong(0, 5_000, half)).toBe(0);
});

it('lets nobody wait for longer than half a minute', () => {
  expect(turnAmong(1_000, 2_000, half)).toBe(15_000);
});
