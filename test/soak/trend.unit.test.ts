import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '#test/bench/stats/random.ts';
import { LEAST_POINTS, type Point, trendOf } from './trend.ts';

/** A point a minute for an hour and a half, time in hours. */
const minutes = (value: (minute: number) => number): Point[] =>
  Array.from({ length: 90 }, (_, minute) => [minute / 60, value(minute)]);

/** What a heap does between collections: it rises for seven minutes, and falls. */
const collected = (random: Random) => (minute: number) => 40 + (minute % 7) + 2 * random();

describe('the trend of a series', () => {
  it('is exact where the series is a line', () => {
    const trend = trendOf(
      minutes((minute) => 3 + minute / 30),
      seededRandom(1),
      100,
    );
    expect(trend?.slope).toBeCloseTo(2, 9);
    expect(trend?.low).toBeCloseTo(2, 9);
    expect(trend?.high).toBeCloseTo(2, 9);
  });

  it('is not moved by what is far off now and then', () => {
    const spiky = minutes((minute) => (minute % 5 === 0 ? 400 : 40));
    expect(trendOf(spiky, seededRandom(1), 100)?.slope).toBe(0);
  });

  it('of what rises and falls without growing holds zero, in nearly all runs', () => {
    const random = seededRandom(5);
    const trends = Array.from({ length: 20 }, () => trendOf(minutes(collected(random)), random, 100));
    const flat = trends.filter((trend) => trend !== undefined && trend.low <= 0 && trend.high >= 0);
    expect(flat.length).toBeGreaterThan(17);
  });

  it('shows four megabytes an hour below the same noise, in every run', () => {
    const random = seededRandom(6);
    const heap = collected(random);
    const leaking = (minute: number) => heap(minute) + (4 * minute) / 60;
    const trends = Array.from({ length: 20 }, () => trendOf(minutes(leaking), random, 100));
    expect(trends.filter((trend) => trend !== undefined && trend.low > 0)).toHaveLength(20);
  });

  it('says nothing of a series that is too short', () => {
    const short = minutes((minute) => minute).slice(0, LEAST_POINTS - 1);
    expect(trendOf(short, seededRandom(1))).toBeUndefined();
  });
});
