import { expect, it } from 'vitest';
import { SteppedClock } from '#test/clock/stepped-clock.ts';
import { RECONNECT, ReconnectBackoff } from './backoff.ts';

it("grows as client-go's: 0.8 s doubled up to 30 s", () => {
  const backoff = new ReconnectBackoff(RECONNECT, new SteppedClock(), () => 0);
  const waits = Array.from({ length: 8 }, () => backoff.next());
  expect(waits).toEqual([800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
});

it('is stretched by chance up to twice, at the cap too', () => {
  const backoff = new ReconnectBackoff(RECONNECT, new SteppedClock(), () => 0.5);
  expect(backoff.next()).toBe(1_200);
  for (let n = 0; n < 2_000; n++) backoff.next();
  expect(backoff.next()).toBe(45_000);
});

it('forgets after two quiet minutes, and not before', async () => {
  const clock = new SteppedClock();
  const backoff = new ReconnectBackoff(RECONNECT, clock, () => 0);
  expect(backoff.quiet).toBe(true);
  backoff.next();
  await clock.step(119_999);
  expect(backoff.quiet).toBe(false);
  expect(backoff.next()).toBe(1_600);
  await clock.step(120_000);
  expect(backoff.quiet).toBe(true);
  expect(backoff.next()).toBe(800);
});

it('begins anew once its failures are forgiven', () => {
  const backoff = new ReconnectBackoff(RECONNECT, new SteppedClock(), () => 0);
  for (let n = 0; n < 5; n++) backoff.next();
  backoff.forgive();
  expect(backoff.quiet).toBe(true);
  expect([backoff.next(), backoff.next()]).toEqual([800, 1_600]);
});
