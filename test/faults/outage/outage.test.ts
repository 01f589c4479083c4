import { describe } from 'vitest';
import { JumpingClock } from '#test/clock/jumping-clock.ts';
import { impatientClock } from '#test/driver/impatient-clock.ts';
import { useSet } from '#test/driver/use-set.ts';
import { withoutHub } from './f17-without-hub.ts';
import { halfWorks } from './f19-halves.ts';
import { fullDatabase } from './f39-full.ts';

describe('a hub that is away, whole or in part', () => {
  const clock = new JumpingClock(impatientClock());
  const set = useSet({
    members: ['zzzc', 'shbt'],
    clusters: { audit: true },
    each: { shbt: { dns: true } },
    namespaces: ['prod', 'silent'],
    clock,
  });
  fullDatabase(set);
  halfWorks(set);
  withoutHub(set, clock);
});
