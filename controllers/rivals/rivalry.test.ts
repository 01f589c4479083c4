import { describe, expect, test } from 'vitest';
import { AT_ONCE, Rivalry } from './rivalry.ts';

const KEY = 'EndpointSlice prod/db-1';
const MINUTE = 60_000;

/** Repairs as often as allowed while somebody undoes each at once; returns the waits between them. */
function waitsOf(rivalry: Rivalry, repairs: number, start = 0): number[] {
  let now = start;
  rivalry.wrote(KEY, 'ours', now);
  return Array.from({ length: repairs }, () => {
    const wait = rivalry.wait(KEY, 'ours', now);
    now += wait;
    rivalry.wrote(KEY, 'ours', now);
    return wait;
  });
}

describe('an object that somebody undoes each time', () => {
  test('is put back ten times at once, then ever more rarely, once a minute in the end', () => {
    const waits = waitsOf(new Rivalry(), AT_ONCE + 8);
    expect(waits.slice(0, AT_ONCE)).toEqual(Array(AT_ONCE).fill(0));
    expect(waits.slice(AT_ONCE)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });

  test('is put back at once for ever where that is less than ten times a minute', () => {
    const rivalry = new Rivalry();
    for (let now = 0; now < 100 * MINUTE; now += MINUTE / AT_ONCE + 1) {
      expect(rivalry.wait(KEY, 'ours', now)).toBe(0);
      rivalry.wrote(KEY, 'ours', now);
    }
  });

  test('gets every new state at once, and the fight is not forgotten by that', () => {
    const rivalry = new Rivalry();
    waitsOf(rivalry, AT_ONCE);
    expect(rivalry.wait(KEY, 'changed', 1)).toBe(0);
    rivalry.wrote(KEY, 'changed', 1);
    expect(rivalry.wait(KEY, 'changed', 1)).toBe(999);
  });

  test('is an object like any other once it was left alone', () => {
    const rivalry = new Rivalry();
    waitsOf(rivalry, AT_ONCE);
    const quiet = 1_000 + MINUTE;
    rivalry.wrote(KEY, 'ours', quiet);
    expect(rivalry.wait(KEY, 'ours', quiet)).toBe(0);
  });

  test('that we removed ourselves comes anew', () => {
    const rivalry = new Rivalry();
    waitsOf(rivalry, AT_ONCE);
    rivalry.forget(KEY);
    expect(rivalry.wait(KEY, 'ours', 0)).toBe(0);
  });
});

test('states that take turns are changes and no repairs', () => {
  const rivalry = new Rivalry();
  for (let now = 0; now < 1_000; now++) {
    const wanted = now % 2 === 0 ? 'ready' : 'not ready';
    expect(rivalry.wait(KEY, wanted, now)).toBe(0);
    rivalry.wrote(KEY, wanted, now);
  }
});

test('objects that nobody undoes are forgotten, so that memory is bounded by what is written in a minute', () => {
  const rivalry = new Rivalry();
  for (let now = 0; now < 10 * MINUTE; now += 1_000) rivalry.wrote(`slice ${now}`, 'ours', now);
  expect(rivalry.size).toBeLessThanOrEqual(60);
});
