import { findCondition } from '#apis/conditions.ts';
import { MemberCondition, ReachableReason } from '#apis/hub/conditions.ts';
import type { IMember } from '#apis/hub/member.ts';
import type { Lister } from '#src/cache/lister.ts';
import type { Metrics } from '#src/observability/metrics.ts';

/** Figures of the hub, computed from the caches at each scrape: they cannot drift from what they count. */
export function addHubGauges(metrics: Metrics, members: Pick<Lister<IMember>, 'list'>): void {
  metrics.members(() => {
    const counts = new Map(['reachable', 'unreachable', 'held', 'unknown'].map((state) => [state, 0]));
    for (const member of members.list()) {
      const state = stateOf(member);
      counts.set(state, (counts.get(state) ?? 0) + 1);
    }
    return counts;
  });
}

/** `held`: silent, and not withdrawn since many are. `unknown`: it has not joined, or nobody is judged. */
function stateOf({ status }: IMember): string {
  const condition = findCondition(status?.conditions, MemberCondition.Reachable);
  if (status?.claimedUID === undefined || condition === undefined) return 'unknown';
  if (condition.status === 'True') return 'reachable';
  if (condition.status === 'False') return 'unreachable';
  return condition.reason === ReachableReason.ManySilent ? 'held' : 'unknown';
}
