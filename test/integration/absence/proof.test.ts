import { describe } from 'vitest';
import { impatientClock } from '#test/driver/impatient-clock.ts';
import { useSet } from '#test/driver/use-set.ts';
import { slips } from './slips.ts';

describe('absence is never authority without proof', () => {
  const set = useSet({
    members: ['zzzc', 'shbt'],
    clusters: { audit: true },
    each: { hub: { controllers: true } },
    namespaces: ['slips'],
    clock: impatientClock(),
  });
  describe('a slip on the hub removes nothing', () => slips(set));
});
