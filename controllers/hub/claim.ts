import type { ConditionState } from '#apis/conditions.ts';
import { ClaimedReason, MemberCondition } from '#apis/hub/conditions.ts';
import {
  claimedUID as claimedBefore,
  type IMember,
  memberNamespace,
  removedUIDs,
  takeoverUID,
} from '#apis/hub/member.ts';
import { type IMemberReport, reportingUID } from '#apis/hub/member-report.ts';

/** What the hub knows of one member when it judges the claim. */
export interface MemberClaimInput {
  member: IMember;
  /** The report in the member's namespace, whoever wrote it. */
  report: IMemberReport | undefined;
  /** Whether the member's namespace is there. */
  housed: boolean;
}

/** Whom the cluster id belongs to; undefined: to nobody yet. */
export interface MemberClaim {
  claimedUID: string | undefined;
  condition: ConditionState;
}

/**
 * Whom a cluster id belongs to (DESIGN.md 4a): to the first cluster that reports, until the admin removes that
 * cluster or lets another one take over. A later claimant is refused and the first keeps working
 * (https://github.com/submariner-io/subctl/issues/1046).
 */
export function judgeMember({ member, report, housed }: MemberClaimInput): MemberClaim {
  const isRemoved = (uid: string | undefined) => removedUIDs(member).includes(uid ?? '');
  const remaining = (uid: string | undefined) => (uid && !isRemoved(uid) ? uid : undefined);
  const reporter = reportingUID(report);
  const claimedUID = takeoverUID(member) ?? remaining(claimedBefore(member)) ?? remaining(reporter);
  if (claimedUID !== undefined && claimedUID === reporter) {
    return state(claimedUID, 'True', ClaimedReason.Claimed, `Cluster ${claimedUID} is this member.`);
  }
  if (claimedUID !== undefined && reporter && !isRemoved(reporter)) {
    const message =
      `Cluster ${reporter} reports under this id, which belongs to cluster ${claimedUID}; nothing that it ` +
      `writes counts. Give it another id, or set spec.takeover to its UID and, if ${claimedUID} is gone for good, ` +
      'add that to spec.removed.';
    return state(claimedUID, 'False', ClaimedReason.DuplicateClaim, message);
  }
  if (claimedUID === undefined && removedUIDs(member).length > 0) {
    const message = 'Every cluster that had this id is removed; the next one that reports takes it.';
    return state(claimedUID, 'False', ClaimedReason.Removed, message);
  }
  const message = housed
    ? `No agent of ${claimedUID === undefined ? 'any cluster' : `cluster ${claimedUID}`} has reported yet.`
    : `There is no namespace ${memberNamespace(member.metadata.name)}, so no agent can report.`;
  return state(claimedUID, 'False', ClaimedReason.AwaitingReport, message);
}

function state(
  claimedUID: string | undefined,
  status: ConditionState['status'],
  reason: ClaimedReason,
  message: string,
): MemberClaim {
  return { claimedUID, condition: { type: MemberCondition.Claimed, status, reason, message } };
}
