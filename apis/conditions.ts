import type { Condition } from './meta.ts';

/** What a controller has to say under one condition type; the times are the merge's business. */
export type ConditionState = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

/** When and about which generation conditions are stated. */
export interface ConditionStamp {
  /** Milliseconds since the epoch; used only where a status flips. */
  now: number;
  /** `metadata.generation` of the object that was judged; absent where the object has none. */
  observedGeneration?: number | undefined;
}

/** The condition of this type, if the list has it. What is no list of conditions has none. */
export function findCondition(
  conditions: readonly Condition[] | undefined,
  type: string,
): Condition | undefined {
  if (!Array.isArray(conditions)) return undefined;
  return conditions.find((condition: Condition | null | undefined) => condition?.type === type);
}

/**
 * The list with these states in it. Conditions of other types (other writers') stay, as do the order and
 * unknown fields; lastTransitionTime changes only where the status flips. Returns `current` itself when
 * nothing differs, so that `merged === current` means that there is nothing to write.
 */
export function mergeConditions(
  current: Condition[],
  states: readonly ConditionState[],
  stamp: ConditionStamp,
): Condition[] {
  return states.reduce((list, state) => mergeOne(list, state, stamp), current);
}

/** The list without conditions of these types; `current` itself when it has none of them. */
export function removeConditions(current: Condition[], types: readonly string[]): Condition[] {
  const left = current.filter((condition) => !types.includes(condition.type));
  return left.length === current.length ? current : left;
}

function mergeOne(list: Condition[], state: ConditionState, stamp: ConditionStamp): Condition[] {
  const before = findCondition(list, state.type);
  const after: Condition = {
    ...before,
    ...pickState(state),
    lastTransitionTime: transitionTime(before, state, stamp.now),
  };
  if (stamp.observedGeneration === undefined) delete after.observedGeneration;
  else after.observedGeneration = stamp.observedGeneration;
  if (before === undefined) return [...list, after];
  return isSame(before, after) ? list : list.map((condition) => (condition === before ? after : condition));
}

function pickState({ type, status, reason, message }: ConditionState): ConditionState {
  return { type, status, reason, message };
}

function transitionTime(before: Condition | undefined, state: ConditionState, now: number): string {
  if (before?.status === state.status) return before.lastTransitionTime;
  // metav1.Time has a grain of one second: a fraction would come back different from what was sent.
  return new Date(now).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function isSame(a: Condition, b: Condition): boolean {
  return (
    a.status === b.status &&
    a.reason === b.reason &&
    a.message === b.message &&
    a.observedGeneration === b.observedGeneration
  );
}
