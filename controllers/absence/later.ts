import { type Asserted, isSequence } from '#apis/hub/asserted.ts';

/** Of a record, and of the inventory of an ExportedService, which its slices were asserted by. */
interface Stamped {
  readonly asserted?: Asserted;
  readonly inventory?: { readonly sequence: number };
}

/** The latest sequence that a record of this cluster bears, and its slices may: 0 for another cluster's, or where there is none. */
export function latestStamp({ spec }: { readonly spec?: Stamped }, uid: string | undefined): number {
  const { asserted, inventory } = spec ?? {};
  if (asserted?.uid === undefined || asserted.uid !== uid) return 0;
  // Whoever holds the credential may have written anything: what is no sequence hides none of the others.
  return Math.max(0, ...[asserted.sequence, inventory?.sequence].filter(isSequence));
}

/**
 * Whether a record of this cluster was asserted after an inventory with this sequence (undefined: there is none), or
 * slices may have been by the inventory that it holds. An inventory is no proof against such a record, nor against what
 * went before it, so it must not be deleted before a later one leaves it out. One meets such records on a server of the
 * hub that lags behind, which shows each kind as of another time, and where somebody wrote under an old inventory.
 */
export function isLater(
  record: { readonly spec?: Stamped },
  uid: string,
  sequence: number | undefined,
): boolean {
  return latestStamp(record, uid) > (sequence ?? 0);
}
