import { isKindMissing } from '#src/kube/errors.ts';
import { Exit } from '../exit.ts';
import type { Target } from './targets.ts';

/** What was read of the hub. Throws an Exit, one line that says what to do, where the cluster is none. */
export async function ofHub<T>({ context }: Target, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!isKindMissing(error)) throw error;
    const line = `${context} is no hub: name the hub's context with --hub-context`;
    throw new Exit(1, [line], { cause: error });
  }
}
