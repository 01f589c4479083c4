import { isDeepStrictEqual } from 'node:util';

/**
 * The spec that an object is to have: what is declared over the kind's defaults, and, of what it has already, only
 * a person's statements. Undefined where it is so already. A field that is declared no more goes.
 */
export function declaredSpec<S extends object>(
  current: S | undefined,
  declared: S,
  { defaults, statements }: { defaults: Partial<S>; statements: readonly (keyof S)[] },
): S | undefined {
  const stated: Partial<S> = {};
  for (const field of statements) {
    if (current?.[field] !== undefined) stated[field] = current[field];
  }
  const spec = { ...defaults, ...declared, ...stated };
  return isDeepStrictEqual(spec, current) ? undefined : spec;
}
