import { TerminalError } from '#src/runtime/controller.ts';
import { asError } from '#src/runtime/errors.ts';
import type { RecordStep } from './records.ts';
import { refusalOf } from './refusals.ts';

type Take = (step: RecordStep) => Promise<void>;

/** A step that writes the record of the Service itself. */
export type ServiceStep = Extract<RecordStep, { do: 'create service' | 'update service' | 'delete service' }>;

export function isAboutService(step: RecordStep): step is ServiceStep {
  return step.do === 'delete service' || changesInventory(step);
}

export function changesInventory(step: RecordStep): boolean {
  return step.do === 'create service' || step.do === 'update service';
}

/**
 * Takes the steps of a plan, and where any of them is refused that was to change the inventory, those of `named`, which
 * need no other one. Throws what was refused; what is no refusal at once.
 */
export async function takePlan(
  steps: readonly RecordStep[],
  named: () => readonly RecordStep[],
  take: Take,
): Promise<void> {
  const refused = await takeAll(steps, take);
  if (refused === undefined) return;
  const second = steps.some(changesInventory) ? await takeAll(named(), take) : undefined;
  throw second === undefined ? refused.error : both(refused.error, second.error);
}

/**
 * Takes the steps in their order, and returns the first refusal. A refused slice holds up none of the others: else at a
 * full quota no slice would make room for its successor, and one bad slice would leave all others with old addresses.
 * What follows a refused write of the ExportedService is built on it, and left.
 */
async function takeAll(steps: readonly RecordStep[], take: Take): Promise<{ error: unknown } | undefined> {
  let refused: { error: unknown } | undefined;
  for (const step of steps) {
    try {
      await take(step);
    } catch (error) {
      if (!(error instanceof TerminalError) && refusalOf(error) === undefined) throw error;
      refused ??= { error };
      if (isAboutService(step)) break;
    }
  }
  return refused;
}

/** Is tried again as the second one is: the first may be an export too large to be sent, which alone is not. */
function both(first: unknown, second: unknown): Error {
  return new Error(`${asError(second).message}; and first: ${asError(first).message}`, { cause: second });
}
