import { describe, expect, it } from 'vitest';
import { numbersIn } from '../journey/numbers.ts';
import { seededRandom } from '../stats/random.ts';
import { BARE, firstChange, LANES, PODS, replayedRecord, replayedSlice, sourceSlice } from './content.ts';
import { isNoisyRound, type Roll, rollingChapter, rollingFigures } from './figures.ts';

const SERVICES = 12;
const all = Array.from({ length: SERVICES }, (_, service) => service);

describe('content', () => {
  it('shares no address, and leaves those of changes alone', () => {
    const slices = LANES.flatMap((lane) => all.map((service) => sourceSlice(lane, SERVICES, service)));
    const numbers = slices.flatMap((slice) => numbersIn(JSON.stringify(slice)));
    expect(new Set(numbers).size).toBe(LANES.length * SERVICES * PODS);
    expect(numbers).toHaveLength(firstChange(SERVICES));
  });

  it('is the same addresses all the way of a replay, which fit its bodies', () => {
    for (const lane of BARE) {
      const [source, record, slice] = [sourceSlice, replayedRecord, replayedSlice].map((make) =>
        numbersIn(JSON.stringify(make(lane, SERVICES, 7))),
      );
      expect(record).toEqual(source);
      expect(slice).toEqual(source);
    }
  });
});

describe('figures', () => {
  const roll = (lagMs: number, hubWrites: number): Roll => ({
    changes: 100,
    sourceMs: 500,
    lagMs,
    hub: { writes: hubWrites, repeats: 0, backwards: 0 },
    b: { writes: hubWrites - 5, repeats: 1, backwards: 2 },
  });
  const round = { product: roll(120, 80), bare: roll(100, 75), again: roll(110, 70) };
  const found = rollingFigures(
    { services: 10, updates: 10, seed: 1 },
    [{ rttMs: 50, rounds: [round, round], discarded: 1, noisy: false }],
    seededRandom(1),
  );

  it('count writes for each change, what showed nothing new among them', () => {
    expect(found.at[0]).toMatchObject({
      n: 2,
      discarded: 1,
      changesPerSecond: 200,
      hubWritesPerChange: 0.8,
      importWritesPerChange: 0.76,
      bareWritesPerChange: 0.75,
      repeats: 2,
      outOfOrder: 4,
    });
  });

  it('compare the lag with the bare replay, and the bare replay with itself', () => {
    expect(found.at[0]).toMatchObject({
      lagRatio: { value: 1.2, low: 1.2, high: 1.2 },
      noiseFloor: 1.1,
      lagMs: { product: 120, bare: 100, again: 110 },
    });
  });

  it('say what is missed', () => {
    const missed = rollingChapter(found).figures.filter(({ met }) => met === false);
    expect(missed.map(({ what }) => what)).toEqual([
      '50 ms to the hub: older changes applied after newer ones',
      '50 ms to the hub: writes that show nothing new',
    ]);
  });

  it('judge no lag where every round was noisy, and the counts all the same', () => {
    const noisy = rollingFigures(
      { services: 10, updates: 10, seed: 1 },
      [{ rttMs: 50, rounds: [{ ...round, product: roll(900, 130) }], discarded: 1, noisy: true }],
      seededRandom(1),
    );
    const figures = rollingChapter(noisy).figures.filter(({ target }) => target !== undefined);
    expect(figures.map(({ met }) => met)).toEqual([false, undefined, false, false]);
  });

  it('discard a round whose replays differ twofold', () => {
    expect(isNoisyRound({ bare: roll(100, 1), again: roll(199, 1) })).toBe(false);
    expect(isNoisyRound({ bare: roll(201, 1), again: roll(100, 1) })).toBe(true);
  });
});
