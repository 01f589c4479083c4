/** Condition types and reasons of our own hub kinds. The strings are interface. */

/** Conditions of a Member; the hub controller writes them. */
export const MemberCondition = {
  /**
   * The cluster that reports under this id is the one that the id belongs to.
   * True: Claimed. False: AwaitingReport, DuplicateClaim, Removed. See ClaimedReason.
   */
  Claimed: 'Claimed',
  /**
   * The member's agent is heard of: its Lease on the hub changes. Only a False makes importers act, by the set's
   * staleness policy, and a report with a higher sequence than `status.unreachableSequence` undoes that.
   * True: LeaseRenewed. False: LeaseNotRenewed. Unknown: ManySilent, NotJudged. See ReachableReason.
   */
  Reachable: 'Reachable',
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

/** Reasons of a Member's Reachable. */
export const ReachableReason = {
  /** True: the hub controller has seen the member's Lease change. */
  LeaseRenewed: 'LeaseRenewed',
  /** False: the Lease has not changed for the grace time, all of which the hub controller was watching. */
  LeaseNotRenewed: 'LeaseNotRenewed',
  /** Unknown: the same, but for so many members at once that the hub or its network is the likelier cause. */
  ManySilent: 'ManySilent',
  /** Unknown: it was unreachable until the set's grace time became 0, which judges nobody. */
  NotJudged: 'NotJudged',
} as const;
export type ReachableReason = (typeof ReachableReason)[keyof typeof ReachableReason];
