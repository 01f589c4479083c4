import { findCondition } from '#apis/conditions.ts';
import type { Condition } from '#apis/meta.ts';

/** What an object's condition says, as shown to people and programs. */
export type Said = Pick<Condition, 'status' | 'reason' | 'message'>;

/** The condition of this type; where nobody has stated it yet, Unknown without a reason. */
export function said(conditions: readonly Condition[] | undefined, type: string): Said {
  const found = findCondition(conditions, type);
  if (found === undefined) return { status: 'Unknown', reason: '', message: '' };
  const { status, reason, message } = found;
  return { status, reason, message };
}
