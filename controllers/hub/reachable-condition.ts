import type { ConditionState } from '#apis/conditions.ts';
import { MemberCondition, ReachableReason } from '#apis/hub/conditions.ts';
import type { StalenessPolicy } from '#controllers/membership/reachability.ts';
import type { Milliseconds } from '#src/runtime/clock.ts';
import type { Verdict } from './reachability.ts';

/** What a condition tells besides the verdict. */
export interface Circumstances {
  /** Since when no change of the Lease has been seen, by the hub controller's clock; milliseconds since 1970. */
  since: Milliseconds;
  policy: StalenessPolicy;
}

/**
 * Reachable as a verdict has it; undefined: what stands is to stay. A verdict that is come to again gives the same
 * words, so that it costs no write.
 */
export function reachableCondition(
  verdict: Verdict,
  { since, policy }: Circumstances,
): ConditionState | undefined {
  switch (verdict.is) {
    case 'same':
      return undefined;
    case 'alive':
      return state('True', ReachableReason.LeaseRenewed, "The member's agent renews its Lease.");
    case 'lifted':
      return state(
        'Unknown',
        ReachableReason.NotJudged,
        'The grace time of the set is 0: no member is judged, and nothing is withdrawn.',
      );
    case 'dead':
      return state('False', ReachableReason.LeaseNotRenewed, `${silence(since)} ${consequence(policy)}`);
    case 'held':
      return state(
        'Unknown',
        ReachableReason.ManySilent,
        `${silence(since)} Nothing is withdrawn: ${list(verdict.together)} fell silent together, ` +
          `${verdict.together.length} of ${verdict.of} members, so that the hub or its network is the likelier cause.`,
      );
  }
}

function silence(since: Milliseconds): string {
  return `The member's agent has not renewed its Lease since ${new Date(since).toISOString().replace(/\.\d{3}Z$/, 'Z')}.`;
}

/** A ServiceExport may say otherwise of its own Service; the hub controller need not know. */
function consequence({ clusterSetIP, headless }: StalenessPolicy): string {
  const withdrawn = [
    ...(clusterSetIP === 'Withdraw' ? ['services with a clusterset IP'] : []),
    ...(headless === 'Withdraw' ? ['headless services'] : []),
  ];
  if (withdrawn.length === 0) return 'By the policy of the set its endpoints are kept.';
  const kept =
    withdrawn.length === 2
      ? ''
      : `, those of ${headless === 'Keep' ? 'headless services' : 'services with a clusterset IP'} are kept`;
  return `By the policy of the set its endpoints of ${withdrawn.join(' and ')} are withdrawn${kept}.`;
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function state(status: ConditionState['status'], reason: ReachableReason, message: string): ConditionState {
  return { type: MemberCondition.Reachable, status, reason, message };
}
