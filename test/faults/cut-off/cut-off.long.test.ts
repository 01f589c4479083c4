import { describe } from 'vitest';
import { useSet } from '#test/driver/use-set.ts';
import { gone } from './f10-gone.ts';
import { storm } from './f11-storm.ts';

/** By the machine's clock: how often a server is asked again is what is looked at. */
describe('a link to the hub is lost, with much on it', () => {
  const set = useSet({
    members: ['zzzc', 'shbt'],
    clusters: { audit: true },
    namespaces: ['gone', 'storm'],
  });
  gone(set, 600, { timeout: 600_000 });
  storm(set);
});
