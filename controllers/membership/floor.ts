import type { Sequences } from './sequence.ts';
import type { AgentState, StateStore } from './state.ts';

export interface FloorDeps {
  state: StateStore;
  sequences: Sequences;
}

/**
 * Raises the re-assert floor to a fresh sequence, persisted before it resolves, and returns it: every
 * inventory and assertion below it is written again. Objects that readers took over in a history that the
 * hub has lost could not be proven absent otherwise (DESIGN.md 4a). `change` is persisted in the same write.
 */
export async function raiseFloor(
  { state, sequences }: FloorDeps,
  signal: AbortSignal,
  {
    above = 0,
    change = (known) => known,
  }: { above?: number; change?: (known: AgentState) => AgentState } = {},
): Promise<number> {
  const floor = await sequences.next(signal, above);
  await state.update(
    (known) => ({ ...change(known), assertFloor: Math.max(known.assertFloor, floor) }),
    signal,
  );
  return floor;
}
