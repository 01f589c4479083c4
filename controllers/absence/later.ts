import { type Asserted, isSequence } from '#apis/hub/asserted.ts';

/**
 * Whether a record of this cluster was asserted after an inventory with this sequence (undefined: there is none). An
 * inventory is no proof against such a record, so it must not be deleted before a later one leaves it out. One meets
 * such records on a server of the hub that lags behind, which shows each kind as of another time, and where somebody
 * wrote under an old inventory.
 */
export function isLater(
  { spec }: { readonly spec?: { readonly asserted?: Asserted } },
  uid: string,
  sequence: number | undefined,
): boolean {
  const { asserted } = spec ?? {};
  return asserted?.uid === uid && isSequence(asserted.sequence) && asserted.sequence > (sequence ?? 0);
}
