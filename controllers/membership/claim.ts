import { claimedUID, type IMember, removedUIDs, takeoverUID } from '#apis/hub/member.ts';
import { type IMemberReport, reportingUID } from '#apis/hub/member-report.ts';

/** What is known when an agent asks whether the cluster id is its own. */
export interface ClaimInput {
  /** The agent's cluster id and the kube-system UID of the cluster it runs in. */
  cluster: string;
  uid: string;
  /** The hub's Member of that id. */
  member: IMember | undefined;
  /** The report that lies in the member's namespace, whoever wrote it. */
  report: IMemberReport | undefined;
}

/** What an agent may write on the hub. `claimed`: everything. `open`: a first report, which is the claim. */
export type Claim = { is: 'claimed' } | { is: 'open'; why: string } | { is: 'refused'; why: string };

/**
 * Whether the cluster id belongs to this cluster (DESIGN.md 4a, "the claim"). The hub controller decides, by
 * the first report that it sees; until then, whoever has written the report is ahead. An agent that is not
 * the claimant writes nothing: the first one keeps working undisturbed
 * (https://github.com/submariner-io/subctl/issues/705).
 */
export function judgeClaim({ cluster, uid, member, report }: ClaimInput): Claim {
  if (member === undefined) {
    return { is: 'refused', why: `the hub has no Member ${cluster}: its admin has not let this cluster in` };
  }
  if (removedUIDs(member).includes(uid)) {
    return {
      is: 'refused',
      why:
        `the hub's admin has removed this cluster (${uid}) from member ${cluster}; ` +
        'to let it in again, take the UID out of spec.removed',
    };
  }
  const claimant = claimedUID(member);
  if (claimant === uid) return { is: 'claimed' };
  const reporter = reportingUID(report);
  if (reporter && reporter !== uid && removedUIDs(member).includes(reporter)) {
    return { is: 'refused', why: `waiting for the hub to clear away what removed cluster ${reporter} left` };
  }
  const rival = claimant && !removedUIDs(member).includes(claimant) ? claimant : reporter;
  if (!rival || rival === uid) {
    return { is: 'open', why: `waiting for the hub to confirm that member ${cluster} is this cluster` };
  }
  return {
    is: 'refused',
    why:
      `cluster id ${cluster} belongs to another cluster: kube-system UID ${rival}, this one has ${uid}; ` +
      `give this cluster another id, or let it take over by setting spec.takeover of Member ${cluster} to ${uid} ` +
      `and, if the other one is gone for good, adding ${rival} to spec.removed`,
  };
}

/**
 * Whether the hub's admin has given the id to another cluster than this one. What this one wrote has no say any more,
 * and is not proven gone either. By the spec alone, which says so before the other one can write anything.
 */
export function isTakenOver(member: IMember | undefined, uid: string): boolean {
  const successor = takeoverUID(member);
  return successor !== undefined && successor !== uid;
}
