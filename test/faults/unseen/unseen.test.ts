import { describe } from 'vitest';
import { impatientClock } from '#test/driver/impatient-clock.ts';
import { useSet } from '#test/driver/use-set.ts';
import { stopped } from './f03-stopped.ts';
import { lagging } from './f04-lagging.ts';

describe('what an agent did not see', () => {
  const set = useSet({
    members: ['zzzc', 'shbt'],
    clusters: { audit: true },
    namespaces: ['barred', 'lagging', 'stopped'],
    clock: impatientClock(),
  });
  stopped(set, 'seen');
  stopped(set, 'unseen');
  lagging(set);
});
