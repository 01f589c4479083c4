import { describe } from 'vitest';
import { systemClock } from '#src/runtime/system-clock.ts';
import { FastClock } from '#test/clock/fast-clock.ts';
import { useSet } from '#test/driver/use-set.ts';
import { flaps } from './f18-flaps.ts';
import { slowDisk } from './f39-slow-disk.ts';

describe('a hub that is away again and again', () => {
  const clock = new FastClock(systemClock(), 10);
  const set = useSet({ members: ['zzzc', 'shbt'], clusters: { audit: true }, clock });
  flaps(set, clock);
  slowDisk(set);
});
