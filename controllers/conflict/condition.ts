import type { Condition } from '#apis/meta.ts';
import { NO_CONFLICTS } from '#apis/multicluster/conditions.ts';
import type { Conflict } from './resolve.ts';

/** The API's bound on a condition's message. */
const MAX_MESSAGE = 32_768;

/**
 * The ServiceExport's Conflict condition, but for times and generations: all reasons joined by commas and one
 * sentence for each, in one fixed order, so that equal conflicts give equal text.
 */
export function conflictCondition(
  conflicts: readonly Conflict[],
): Pick<Condition, 'status' | 'reason' | 'message'> {
  if (conflicts.length === 0) {
    return { status: 'False', reason: NO_CONFLICTS, message: 'All exporters agree.' };
  }
  const message = conflicts.map((conflict) => conflict.message).join(' ');
  return {
    status: 'True',
    reason: conflicts.map(({ reason }) => reason).join(','),
    message: message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE - 1)}…` : message,
  };
}
