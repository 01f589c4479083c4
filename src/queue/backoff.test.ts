import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Backoff } from './backoff.ts';

it('grows from 50 ms with every failure, whatever chance says, and never exceeds 60 s', () => {
  const chances = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(chances, (draws) => {
      const left = [...draws];
      const backoff = new Backoff({ random: () => left.shift() ?? 0 });
      let now = 0;
      const delays = draws.map(() => {
        const delay = backoff.next('key', now);
        now += delay;
        return delay;
      });
      for (const [i, delay] of delays.entries()) {
        expect(delay).toBeGreaterThanOrEqual(50);
        expect(delay).toBeLessThanOrEqual(60_000);
        const before = delays[i - 1];
        if (before !== undefined && i < 10) expect(delay).toBeGreaterThan(before);
      }
    }),
  );
});

it('spreads keys that failed together', () => {
  const draws = [0.1, 0.9];
  const backoff = new Backoff({ random: () => draws.shift() ?? 0 });
  expect(backoff.next('a', 0)).not.toBe(backoff.next('b', 0));
});

it('remembers nothing of a forgotten key', () => {
  const backoff = new Backoff({ random: () => 0 });
  backoff.next('a', 0);
  backoff.forget('a');
  expect([backoff.size, backoff.failures('a'), backoff.next('a', 10)]).toEqual([0, 0, 50]);
});

it('keeps the time of a key that was tried early and failed: delays grow with time, not with what happens', () => {
  const backoff = new Backoff({ random: () => 0 });
  expect(backoff.next('a', 0)).toBe(50);
  for (let now = 1; now < 50; now++) expect(backoff.next('a', now)).toBe(50 - now);
  expect(backoff.failures('a')).toBe(50);
  expect(backoff.next('a', 50)).toBe(100);
});
