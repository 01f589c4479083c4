/** When both sides have shown a change, in nanoseconds of the machine's monotonic clock, as text: it travels as JSON. */
export interface Stamps {
  atA: string;
  atB: string;
}

/**
 * Milliseconds from A to B. A has the change when a watch shows it, or the reply to the write, whichever is first: on a
 * busy machine A's server may tell one watch long after another, and a change is under way as soon as anybody knows.
 */
export function journeyMs({ atA, atB }: Stamps, repliedAt: bigint): number {
  const seenInA = BigInt(atA);
  return Number(BigInt(atB) - (seenInA < repliedAt ? seenInA : repliedAt)) / 1e6;
}
