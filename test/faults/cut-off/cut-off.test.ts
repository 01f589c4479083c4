import { describe } from 'vitest';
import { impatientClock } from '#test/driver/impatient-clock.ts';
import { useSet } from '#test/driver/use-set.ts';
import { oneDead } from './f09-one-dead.ts';
import { gone } from './f10-gone.ts';

describe('a link to the hub is lost, and the world goes on', () => {
  const set = useSet({
    clusters: { audit: true },
    namespaces: ['one-dead', 'gone'],
    clock: impatientClock(),
  });
  oneDead(set);
  gone(set, 20);
});
