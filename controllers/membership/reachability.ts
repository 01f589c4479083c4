import { findCondition } from '#apis/conditions.ts';
import { DEFAULT_STALENESS, type IClusterSet, type StalenessAction } from '#apis/hub/cluster-set.ts';
import { MemberCondition } from '#apis/hub/conditions.ts';
import { claimedUID, type IMember, memberNamespace } from '#apis/hub/member.ts';
import { type IMemberReport, REPORT_NAME } from '#apis/hub/member-report.ts';
import { type Inventory, inventoryOfReport } from '#controllers/absence/inventory.ts';
import { cacheKey, type Lister } from '#src/cache/lister.ts';
import type { Milliseconds } from '#src/runtime/clock.ts';

/** What becomes of the endpoints of a member that is no longer heard of. */
export interface StalenessPolicy {
  /** How long its Lease may stay unchanged; 0: for ever. */
  grace: Milliseconds;
  headless: StalenessAction;
  clusterSetIP: StalenessAction;
}

/** The set's policy; what is left out, or is nothing that this version knows, is the default's. */
export function stalenessPolicy(clusterSet: IClusterSet | undefined): StalenessPolicy {
  const { graceSeconds, headless, clusterSetIP } = clusterSet?.spec?.staleness ?? {};
  const isTime = Number.isSafeInteger(graceSeconds) && Number(graceSeconds) >= 0;
  return {
    grace: 1_000 * (isTime ? Number(graceSeconds) : DEFAULT_STALENESS.graceSeconds),
    headless: isAction(headless) ? headless : DEFAULT_STALENESS.headless,
    clusterSetIP: isAction(clusterSetIP) ? clusterSetIP : DEFAULT_STALENESS.clusterSetIP,
  };
}

export function isAction(value: unknown): value is StalenessAction {
  return value === 'Keep' || value === 'Withdraw';
}

/**
 * The sequence above which a report shows that a member lives that the hub controller calls unreachable; undefined:
 * it does not call it so. A verdict without a sequence has been tampered with, and nothing follows from it: what
 * could not be undone by the member itself must not be done.
 */
export function unreachableSequence(member: IMember | undefined): number | undefined {
  const status = member?.status;
  if (findCondition(status?.conditions, MemberCondition.Reachable)?.status !== 'False') return undefined;
  const sequence: unknown = status?.unreachableSequence;
  return Number.isSafeInteger(sequence) ? Number(sequence) : undefined;
}

/** What of a report tells that its cluster lives. */
type SignOfLife = Pick<Inventory, 'uid' | 'sequence'>;

/**
 * Whether a member counts as unreachable (DESIGN.md 4, guarantee 3): the hub controller says so, and the cluster that
 * has the id has not reported since. `reported` is of the report; undefined: there is none, which is no sign of life.
 */
export function isUnreachable(member: IMember | undefined, reported: SignOfLife | undefined): boolean {
  const above = unreachableSequence(member);
  if (member === undefined || above === undefined) return false;
  if (reported === undefined || reported.sequence <= above) return true;
  // Whoever reports after a takeover lives, which is no news of the one before it: a watch of reports that runs ahead
  // of the one of Members would bring that one's endpoints back.
  const claimant = claimedUID(member);
  return claimant !== undefined && claimant !== reported.uid;
}

/**
 * How long a reader waits before it acts on a member's becoming unreachable. A watch that is opened again brings what
 * it missed one by one, and each kind by a watch of its own: a member that was unreachable for a while must not be
 * so here for a moment more, long after it came back.
 */
export const SECOND_THOUGHT: Milliseconds = 2_000;

/** Member and report, as the hub's caches hold them. */
export interface Told {
  member: IMember | undefined;
  report: IMemberReport | undefined;
}

/** Which way a change of Member or report turns the answer of isUnreachable; undefined: it does not. */
export function turnOf(before: Told, after: Told): 'up' | 'down' | undefined {
  const [was, is] = [before, after].map(({ member, report }) =>
    isUnreachable(member, report && inventoryOfReport(report)),
  );
  if (was === is) return undefined;
  return is ? 'down' : 'up';
}

/** The same where the Member changes and its report, as the cache holds it, does not. */
export function turnOfMember(
  memberReports: Pick<Lister<IMemberReport>, 'get'>,
  before: IMember | undefined,
  after: IMember | undefined,
): ReturnType<typeof turnOf> {
  const cluster = (after ?? before)?.metadata.name ?? '';
  const report = memberReports.get(cacheKey(memberNamespace(cluster), REPORT_NAME));
  return turnOf({ member: before, report }, { member: after, report });
}

/** The sequence of a report; undefined for none and for a malformed one. */
export function sequenceOf(report: IMemberReport | undefined): number | undefined {
  return report && inventoryOfReport(report)?.sequence;
}
