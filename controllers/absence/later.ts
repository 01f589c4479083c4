import { type Asserted, isSequence } from '#apis/hub/asserted.ts';

/** Of a record, and of the inventory of an ExportedService, which its slices were asserted by. */
interface Stamped {
  readonly asserted?: Asserted;
  readonly inventory?: { readonly sequence: number };
}

/**
 * Whether a record of this cluster was asserted after an inventory with this sequence (undefined: there is none), or
 * slices may have been by the inventory that it holds. An inventory is no proof against such a record, nor against what
 * went before it, so it must not be deleted before a later one leaves it out. One meets such records on a server of the
 * hub that lags behind, which shows each kind as of another time, and where somebody wrote under an old inventory.
 */
export function isLater(
  { spec }: { readonly spec?: Stamped },
  uid: string,
  sequence: number | undefined,
): boolean {
  const { asserted, inventory } = spec ?? {};
  if (asserted?.uid !== uid) return false;
  const stamps = [asserted.sequence, inventory?.sequence].filter(isSequence);
  return stamps.some((stamp) => stamp > (sequence ?? 0));
}
