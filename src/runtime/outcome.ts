import { isAlreadyExists, isConflict, KubeApiError } from '#src/kube/errors.ts';
import type { Milliseconds } from './clock.ts';
import { NotYet, type Result, TerminalError } from './controller.ts';
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
  /** `forget` ends the key's back-off, `retry` lengthens it; `atLeast`: the server has asked to be left alone so long. */
  next: { do: 'forget' } | { do: 'forget'; after: Milliseconds } | { do: 'retry'; atLeast?: Milliseconds };
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
  if (error instanceof NotYet) return { result: 'requeue_after', next: { do: 'forget', after: error.after } };
  if (error instanceof TerminalError) return { result: 'error', next: { do: 'forget' }, trouble: 'terminal' };
  if (error instanceof ReconcileTimeout)
    return { result: 'error', next: { do: 'retry' }, trouble: 'timeout' };
  if (isOvertaken(error)) return { result: 'requeue', next: { do: 'retry' }, trouble: 'conflict' };
  const atLeast = askedToWait(error);
  const next = { do: 'retry' as const, ...(atLeast !== undefined && { atLeast }) };
  return { result: 'error', next, trouble: isDefect(error) ? 'defect' : 'failure' };
}

/** How long a server that is overloaded wants to be left alone: the client has waited for it, several times, in vain. */
function askedToWait(error: Error): Milliseconds | undefined {
  for (const cause of causes(error)) {
    if (cause instanceof KubeApiError && cause.retryAfterSeconds !== undefined) {
      return cause.retryAfterSeconds * 1_000;
    }
  }
  return undefined;
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
