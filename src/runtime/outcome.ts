import { isAlreadyExists, isConflict } from '#src/kube/errors.ts';
import type { Milliseconds } from './clock.ts';
import { type Result, TerminalError } from './controller.ts';
import { causes, ReconcileTimeout } from './errors.ts';

/** How one reconcile ended. */
export type Outcome =
  | { kind: 'returned'; result: Result | undefined }
  | { kind: 'threw'; error: Error }
  /** Aborted because the program stops: neither success nor failure. */
  | { kind: 'stopped' };

/** Value of the label `result` of controller_runtime_reconcile_total; the words are controller-runtime's. */
export type ReconcileResult = 'success' | 'requeue_after' | 'requeue' | 'error';

/** What follows from an outcome. */
export interface Verdict {
  result: ReconcileResult;
  /** `forget` ends the key's back-off, `retry` lengthens it. */
  next: { do: 'forget' } | { do: 'forget'; after: Milliseconds } | { do: 'retry' };
  /** What went wrong, if anything. `conflict` is the price of optimistic writes and no fault. */
  trouble?: 'conflict' | 'terminal' | 'timeout' | 'defect' | 'failure';
}

/**
 * Decides what an outcome means for its key. An error always wins over a requeue: whoever throws has
 * no result. A stopped reconcile is not judged.
 */
export function judge(outcome: Exclude<Outcome, { kind: 'stopped' }>): Verdict {
  if (outcome.kind === 'threw') return judgeError(outcome.error);
  const after = outcome.result?.requeueAfter;
  if (after === undefined) return { result: 'success', next: { do: 'forget' } };
  if (Number.isNaN(after)) return { result: 'error', next: { do: 'retry' }, trouble: 'defect' };
  return { result: 'requeue_after', next: { do: 'forget', after } };
}

function judgeError(error: Error): Verdict {
  if (error instanceof TerminalError) return { result: 'error', next: { do: 'forget' }, trouble: 'terminal' };
  if (error instanceof ReconcileTimeout)
    return { result: 'error', next: { do: 'retry' }, trouble: 'timeout' };
  if (isOvertaken(error)) return { result: 'requeue', next: { do: 'retry' }, trouble: 'conflict' };
  return { result: 'error', next: { do: 'retry' }, trouble: isDefect(error) ? 'defect' : 'failure' };
}

/** The write was fenced off by a newer version, or what should be created is there already. */
function isOvertaken(error: Error): boolean {
  for (const cause of causes(error)) if (isConflict(cause) || isAlreadyExists(cause)) return true;
  return false;
}

/** What JavaScript throws where Go panics: a mistake in our own code. */
function isDefect(error: Error): boolean {
  return error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
}
