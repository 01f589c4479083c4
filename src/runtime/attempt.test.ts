import { expect, it } from 'vitest';
import { SteppedClock } from '#test/clock/stepped-clock.ts';
import { attempt } from './attempt.ts';

it('an attempt can be stopped from outside while it runs, and leaves nothing behind however it ends', async () => {
  const clock = new SteppedClock();
  const running = new Set<AbortController>();
  const options = { clock, deadline: 1_000, running };
  const during: number[] = [];
  const outcomes = await Promise.all([
    attempt(async () => void during.push(running.size), options),
    attempt(async () => {
      throw new Error('no');
    }, options),
  ]);
  const hung = attempt(() => new Promise(() => {}), options);
  await clock.step(2_000);
  expect([...outcomes, await hung].map(({ kind }) => kind)).toEqual(['returned', 'threw', 'threw']);
  expect([during, running.size, clock.pending]).toEqual([[1], 0, 0]);
});
