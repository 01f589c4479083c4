import type { Clock, Milliseconds, Timer } from './clock.ts';
import type { Result } from './controller.ts';
import { asError, ReconcileTimeout, Stopping } from './errors.ts';
import type { Outcome } from './outcome.ts';

/** How long an aborted reconcile may take to notice. */
export const NOTICE_ABORT: Milliseconds = 1_000;

export interface AttemptOptions {
  clock: Clock;
  deadline: Milliseconds;
  /** Where the attempt's abort controller stands while it runs, for whoever stops everything. */
  running: Set<AbortController>;
}

/**
 * Runs one reconcile under a deadline and says how it ended. A reconcile that ignores its abort is left
 * behind: JavaScript cannot end it, and everything it does through its signal fails from then on, so it can
 * neither write beside the next attempt nor hold its worker for ever. Never rejects.
 */
export async function attempt(
  reconcile: (signal: AbortSignal) => Promise<Result | undefined>,
  { clock, deadline, running }: AttemptOptions,
): Promise<Outcome> {
  const abort = new AbortController();
  const leftBehind = Promise.withResolvers<Outcome>();
  let patience: Timer | undefined;
  // The signal is this attempt's own, so the listener ends with it.
  abort.signal.addEventListener('abort', () => {
    patience = clock.after(NOTICE_ABORT, () => leftBehind.resolve(aborted(abort.signal, undefined)));
  });
  const timer = clock.after(deadline, () => abort.abort(new ReconcileTimeout(deadline)));
  running.add(abort);
  try {
    return await Promise.race([run(reconcile, abort.signal), leftBehind.promise]);
  } finally {
    timer.cancel();
    patience?.cancel();
    running.delete(abort);
  }
}

async function run(
  reconcile: (signal: AbortSignal) => Promise<Result | undefined>,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    return { kind: 'returned', result: await reconcile(signal) };
  } catch (thrown) {
    return signal.aborted ? aborted(signal, asError(thrown)) : { kind: 'threw', error: asError(thrown) };
  }
}

/** What an aborted attempt counts as: the reason of the abort tells, what the abort made it throw is detail. */
function aborted(signal: AbortSignal, thrown: Error | undefined): Outcome {
  if (signal.reason instanceof Stopping) return { kind: 'stopped' };
  const reason = asError(signal.reason);
  if (thrown !== undefined && thrown !== reason) reason.cause ??= thrown;
  return { kind: 'threw', error: reason };
}
