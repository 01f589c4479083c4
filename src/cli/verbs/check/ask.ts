import type { Asked } from '#controllers/view/checks/look.ts';
import { isKindMissing } from '#src/kube/errors.ts';
import { farewell } from '../../farewell.ts';

/** The answer; of a refusal or a fault its one line. A kind that nobody serves counts as a kind without objects. */
export async function asked<T>(reading: Promise<T>, ofMissingKind?: T): Promise<Asked<T>> {
  try {
    return { value: await reading };
  } catch (error) {
    if (ofMissingKind !== undefined && isKindMissing(error)) return { value: ofMissingKind };
    return { why: farewell(error).lines.join(' ') };
  }
}

/** What is made of an answer. */
export function mapped<T, U>(from: Asked<T>, map: (value: T) => U): Asked<U> {
  return 'why' in from ? from : { value: map(from.value) };
}

/** Time of the API server, milliseconds since the epoch: a review of one's own identity carries it, and writes nothing. */
export function stampOf(review: unknown): number | undefined {
  const { metadata }: { metadata?: { creationTimestamp?: unknown } } = Object(review);
  const stamp = Date.parse(String(metadata?.creationTimestamp));
  return Number.isNaN(stamp) ? undefined : stamp;
}
