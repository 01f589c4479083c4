import type { Script } from './script.ts';

/**
 * The shortest script that still fails, as far as it is found within so many tries: halves are left out first, then
 * quarters, down to single steps. A failure that hangs on chance may vanish; then more steps stay than must.
 */
export async function shrink(
  script: Script,
  fails: (script: Script) => Promise<boolean>,
  tries: number,
): Promise<Script> {
  let { steps } = script;
  let left = tries;
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = steps.length - size; at > -size; at -= size) {
      const from = Math.max(0, at);
      if (from >= steps.length) continue;
      const fewer = [...steps.slice(0, from), ...steps.slice(Math.max(at + size, 0))];
      if (fewer.length === steps.length) continue;
      if (left-- <= 0) return { ...script, steps };
      if (await fails({ ...script, steps: fewer })) steps = fewer;
    }
  }
  return { ...script, steps };
}
