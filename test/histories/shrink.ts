import { historiesIn, type Script, type Step } from './script.ts';

/**
 * The shortest script that still fails, as far as it is found within so many tries: whole histories are left out
 * first, then steps, halves first, then quarters, down to single ones. A failure that hangs on chance may vanish; then
 * more stays than must.
 */
export async function shrink(
  script: Script,
  fails: (script: Script) => Promise<boolean>,
  tries: number,
): Promise<Script> {
  let left = tries;
  const still = async (steps: readonly Step[]) => left-- > 0 && (await fails({ ...script, steps }));
  const without = (kept: readonly number[]) =>
    script.steps.filter((step) => !('history' in step) || kept.includes(step.history));
  const histories = await fewest(historiesIn(script), (kept) => still(without(kept)));
  const steps = await fewest(without(histories), still);
  return { ...script, steps };
}

/** As few of them as still do, as far as it is found by leaving out ever smaller parts. */
async function fewest<T>(
  all: readonly T[],
  still: (some: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let some = all;
  for (let size = Math.ceil(some.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = some.length - size; at > -size; at -= size) {
      const from = Math.max(0, at);
      const fewer = [...some.slice(0, from), ...some.slice(Math.max(at + size, 0))];
      if (fewer.length === some.length || fewer.length === 0) continue;
      if (await still(fewer)) some = fewer;
    }
  }
  return some;
}
