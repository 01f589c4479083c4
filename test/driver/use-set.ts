import { afterAll, beforeAll } from 'vitest';
import { type SetOptions, TestSet } from './set.ts';

/** The set of a file, for chapters of it: there from the first test on. */
export type OpenedSet = () => TestSet;

/**
 * Gives the tests of a file, or of a `describe`, a set of clusters with Tombolo running, and ends it after them.
 * `namespaces` are created in every member. The set is there from the first `beforeAll` on.
 */
export function useSet(
  options: SetOptions & { namespaces?: readonly string[]; agents?: boolean } = {},
): OpenedSet {
  let set: TestSet | undefined;
  beforeAll(async () => {
    const { namespaces = ['prod'], agents = true } = options;
    set = agents ? await TestSet.open(options) : await TestSet.openWithoutAgents(options);
    for (const namespace of namespaces) {
      await Promise.all(set.members.map((member) => member.namespace(namespace)));
    }
  });
  afterAll(() => set?.close());
  return () => {
    if (set === undefined) throw new Error('the set is not open yet: ask for it within a test');
    return set;
  };
}
