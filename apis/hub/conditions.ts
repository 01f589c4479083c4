/** Condition types and reasons of our own hub kinds. The strings are interface. */

/** Conditions of a Member; the hub controller writes them. */
export const MemberCondition = {
  /**
   * The cluster that reports under this id is the one that the id belongs to.
   * True: Claimed. False: AwaitingReport, DuplicateClaim, Removed. See ClaimedReason.
   */
  Claimed: 'Claimed',
} as const;
export type MemberCondition = (typeof MemberCondition)[keyof typeof MemberCondition];

/** Reasons of a Member's Claimed. */
export const ClaimedReason = {
  /** True: `status.claimedUID` is the UID of the cluster whose report lies in the member's namespace. */
  Claimed: 'Claimed',
  /** False: no agent has reported yet; the first one that does takes the id. */
  AwaitingReport: 'AwaitingReport',
  /** False: the report is another cluster's than the one that claimed the id; the first keeps it. */
  DuplicateClaim: 'DuplicateClaim',
  /** False: `spec.removed` names the cluster that claimed the id. */
  Removed: 'Removed',
} as const;
export type ClaimedReason = (typeof ClaimedReason)[keyof typeof ClaimedReason];
