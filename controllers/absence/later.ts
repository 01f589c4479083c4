import { type Asserted, isSequence } from '#apis/hub/asserted.ts';

/**
 * Whether a record of this cluster was asserted after an inventory with this sequence (undefined: there is none), which
 * then proves nothing about it, to nobody: it must not be deleted before a later inventory leaves it out. Such a record
 * comes of servers of the hub that lag behind, to whoever sees the kinds come in one by one, and from whoever has taken
 * an old inventory for the newest.
 */
export function isLater(
  { spec }: { readonly spec?: { readonly asserted?: Asserted } },
  uid: string,
  sequence: number | undefined,
): boolean {
  const { asserted } = spec ?? {};
  return asserted?.uid === uid && isSequence(asserted.sequence) && asserted.sequence > (sequence ?? 0);
}
