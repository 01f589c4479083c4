import type { Milliseconds } from './clock.ts';

/** Reason of a reconcile's signal when its deadline passed. */
export class ReconcileTimeout extends Error {
  override readonly name = 'ReconcileTimeout';

  constructor(deadline: Milliseconds, options?: ErrorOptions) {
    super(`reconcile did not finish within ${deadline / 1000} s`, options);
  }
}

/** Reason of every signal that aborts because the program, or one cluster's part of it, is stopping. */
export class Stopping extends Error {
  override readonly name = 'Stopping';

  constructor(message = 'stopping') {
    super(message);
  }
}

/** Leadership ended though nobody had asked for it: what it allowed is aborted at once, without a time of grace. */
export class LeadershipLost extends Stopping {
  constructor(why: string) {
    super(`leadership lost: ${why}`);
  }
}

/** Any thrown value as an Error; what is none becomes the cause of one. */
export function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  return new Error(`thrown value is not an Error: ${String(thrown)}`, { cause: thrown });
}

/** The error and what caused it, outermost first. A cycle ends the walk. */
export function* causes(error: unknown): Generator<Error> {
  const seen = new Set<unknown>();
  for (let at = error; at instanceof Error && !seen.has(at); at = at.cause) {
    seen.add(at);
    yield at;
  }
}
