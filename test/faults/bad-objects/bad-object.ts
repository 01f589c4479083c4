import type { OpenedSet } from '#test/driver/use-set.ts';
import { faultKeepingAll } from '../frame/keeping.ts';

/** A test of one bad object, which must delete nothing and after which everybody else's changes still travel. */
export type BadObject = (what: string, body: () => Promise<void>) => void;

/** Such tests for a set. `goodChanges` changes the export of somebody who has done nothing wrong, and sees it arrive. */
export function badObjects(set: OpenedSet, goodChanges: () => Promise<void>): BadObject {
  const took: number[] = [];
  return (what, body) =>
    faultKeepingAll(set, 'F26', what, async (finding) => {
      await body();
      const began = performance.now();
      await goodChanges();
      took.push(performance.now() - began);
      finding.records({
        'changes of another key': took.length,
        'slowest of them, ms': Math.round(Math.max(...took)),
      });
    });
}
