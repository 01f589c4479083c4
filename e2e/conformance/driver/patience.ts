import { eventually } from '#test/driver/eventually.ts';

/** How often is looked: dozens of waits share two cores with the clusters that they wait for. */
const LOOK_MS = 250;
/** How long what Tombolo does may take. */
const DEADLINE_MS = 40_000;
/** How long a pod may take to start, and a namespace to end, many at a time. */
const LONG_DEADLINE_MS = 150_000;

/** Looks until `check` no longer throws. Rejects with what was seen last. */
export function patiently<T>(what: string, check: () => Promise<T>): Promise<T> {
  return eventually(what, check, DEADLINE_MS, LOOK_MS);
}

/** The same for pods that start. */
export function untilRunning<T>(what: string, check: () => Promise<T>): Promise<T> {
  return eventually(what, check, LONG_DEADLINE_MS, LOOK_MS);
}

/** The same for what is to disappear with all that is in it. */
export function untilGone<T>(what: string, check: () => Promise<T>): Promise<T> {
  return eventually(what, check, LONG_DEADLINE_MS, LOOK_MS);
}
