import type { KubeObject } from '#apis/meta.ts';
import type { Write } from './audit-tail.ts';
import type { Gap, Sight } from './watched.ts';

/** An object that somebody deleted: as it was seen first, and the end of it. */
export interface Life<T extends KubeObject> {
  first: Sight<T>;
  last: Sight<T>;
}

/**
 * The life that a deletion has ended. `unwatched`: it came and went while nobody looked on. Undefined: nobody has seen
 * that it went, though all looked on.
 */
export function lifeEndedBy<T extends KubeObject>(
  { name, at }: Write,
  sights: readonly Sight<T>[],
  gaps: readonly Gap[],
): Life<T> | 'unwatched' | undefined {
  const last = sights.find((sight) => {
    return sight.is === 'deleted' && sight.at >= at && sight.object.metadata.name === name;
  });
  if (last === undefined)
    return gaps.some(({ from, until }) => from <= at && until >= at) ? 'unwatched' : undefined;
  const { uid } = last.object.metadata;
  return { first: sights.find(({ object }) => object.metadata.uid === uid) ?? last, last };
}
