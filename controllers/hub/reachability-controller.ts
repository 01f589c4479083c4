import { findCondition, mergeConditions } from '#apis/conditions.ts';
import { CLUSTER_SET_NAME, clusterSets, type IClusterSet } from '#apis/hub/cluster-set.ts';
import { MemberCondition } from '#apis/hub/conditions.ts';
import { type IMember, memberNamespace, members } from '#apis/hub/member.ts';
import { type IMemberReport, REPORT_NAME } from '#apis/hub/member-report.ts';
import { leases } from '#apis/kubernetes/lease.ts';
import { inventoryOfReport } from '#controllers/absence/inventory.ts';
import { HUB_LEASE_NAME } from '#controllers/membership/lease-controller.ts';
import {
  isUnreachable,
  type StalenessPolicy,
  sequenceOf,
  stalenessPolicy,
  unreachableSequence,
} from '#controllers/membership/reachability.ts';
import type { Informer, Writer } from '#src/cache/contract.ts';
import { cacheKey } from '#src/cache/lister.ts';
import type { Logger } from '#src/observability/logger.ts';
import type { Milliseconds } from '#src/runtime/clock.ts';
import type { ControllerSpec, ReconcileContext } from '#src/runtime/controller.ts';
import type { LeaseObserver, Outlook, Sight } from './lease-observer.ts';
import { type Doubt, judge, type Observed, type Verdict } from './reachability.ts';
import { reachableCondition } from './reachable-condition.ts';

/** The one key of hub.reachability: whether one member is judged depends on all others. */
export const REACHABILITY_KEY = 'members';

export interface ReachabilityDeps {
  observer: Pick<LeaseObserver, 'outlook' | 'onNews'>;
  clusterSets: Pick<Informer<IClusterSet>, 'get'>;
  members: Pick<Informer<IMember>, 'get' | 'list'>;
  memberReports: Pick<Informer<IMemberReport>, 'get' | 'health'>;
  writer: Writer<IMember>;
}

/**
 * States on each Member whether it is reachable. The only reader of the members' Leases (DESIGN.md 2): heartbeats are
 * not broadcast, what they come to is. Writes only where the condition changes.
 */
export function newHubReachabilityController(deps: ReachabilityDeps): ControllerSpec {
  let doubts: ReadonlyMap<string, Doubt> = new Map();
  const reports = new LateReports();
  return {
    name: 'hub.reachability',
    watches: [
      {
        resource: leases.plural,
        attach(enqueue) {
          deps.observer.onNews((cluster) => {
            // A renewal of a member that counts as reachable is no news: the next tick is soon enough.
            const member = cluster === undefined ? undefined : deps.members.get(cluster);
            if (cluster === undefined || statusOf(member) !== 'True') enqueue(REACHABILITY_KEY, 'live');
          });
        },
      },
    ],
    permissions: [
      {
        on: 'hub',
        scope: 'cluster',
        apiGroups: [leases.group],
        resources: [leases.plural],
        verbs: ['get', 'list', 'watch'],
        resourceNames: [HUB_LEASE_NAME],
      },
      {
        on: 'hub',
        scope: 'cluster',
        apiGroups: [members.group],
        resources: [clusterSets.plural],
        verbs: ['get', 'list', 'watch'],
      },
      {
        on: 'hub',
        scope: 'cluster',
        apiGroups: [members.group],
        resources: [`${members.plural}/status`],
        verbs: ['update'],
      },
    ],
    workers: 1,
    async reconcile(_key, context) {
      const clusterSet = deps.clusterSets.get(CLUSTER_SET_NAME);
      // A ClusterSet that is not there, such as for a CRD that was dropped by slip, is no policy to act by.
      if (clusterSet === undefined) return undefined;
      const policy = stalenessPolicy(clusterSet);
      const { outlook } = deps.observer;
      const judged = [...deps.members.list()].flatMap((member) => {
        const sight = outlook.leases.get(member.metadata.name);
        // Nobody's id has no agent to be heard of; a Lease that is not there proves neither life nor death.
        return member.status?.claimedUID === undefined || sight === undefined ? [] : [{ member, sight }];
      });
      const judgement = judge({
        // The verdict carries the report's sequence, which must be the last one.
        proven: deps.memberReports.health.state === 'live' ? outlook.proven : undefined,
        grace: policy.grace,
        observed: judged.map(({ member, sight }) => {
          const reportedAt = reports.note(member, reportOf(deps, member), context.clock.monotonic());
          return observed(member, { sight, outlook, reportedAt });
        }),
        doubts,
      });
      doubts = judgement.doubts;
      const failures: unknown[] = [];
      for (const { member, sight } of judged) {
        const verdict = judgement.verdicts.get(member.metadata.name);
        if (verdict === undefined) continue;
        // Writes before this one took their time, in which it may have been heard of.
        const now = deps.observer.outlook;
        if (verdict.is === 'dead' && (now.leases.get(member.metadata.name) !== sight || !now.liveSince))
          continue;
        const since = sinceWhen(sight, outlook).wall;
        // One Member that cannot be written must not hold up what is to be said of the others.
        await state(deps, member, { verdict, since, policy }, context).catch((error) => failures.push(error));
      }
      if (failures.length > 0) throw failures[0];
      return undefined;
    },
  };
}

/**
 * When this process first saw that a member which counts as unreachable has reported since. That is life, for all
 * who read it; should it be silent from then on, only a verdict with the new sequence makes them act again.
 */
class LateReports {
  readonly #seen = new Map<string, { sequence: number; at: Milliseconds }>();

  note(member: IMember, report: IMemberReport | undefined, now: Milliseconds): Milliseconds | undefined {
    const { name } = member.metadata;
    const inventory = report && inventoryOfReport(report);
    const isDoubted = unreachableSequence(member) !== undefined;
    if (!isDoubted || inventory === undefined || isUnreachable(member, inventory)) {
      this.#seen.delete(name);
      return undefined;
    }
    const { sequence } = inventory;
    const known = this.#seen.get(name);
    if (known?.sequence === sequence) return known.at;
    this.#seen.set(name, { sequence, at: now });
    return now;
  }
}

function reportOf(
  { memberReports }: Pick<ReachabilityDeps, 'memberReports'>,
  { metadata }: IMember,
): IMemberReport | undefined {
  return memberReports.get(cacheKey(memberNamespace(metadata.name), REPORT_NAME));
}

interface Seen {
  sight: Sight;
  outlook: Outlook;
  /** Undefined: it has not reported since it was called unreachable, or nobody calls it so. */
  reportedAt: Milliseconds | undefined;
}

function observed(member: IMember, { sight, outlook, reportedAt }: Seen): Observed {
  const { monotonic } = sinceWhen(sight, outlook);
  return {
    cluster: member.metadata.name,
    silentSince: Math.max(monotonic, reportedAt ?? monotonic),
    reported: reportedAt !== undefined,
    seen: sight.seen,
    changes: sight.changes,
    lateAfter: sight.lateAfter,
    stated: statusOf(member),
  };
}

function sinceWhen({ seen, seenAt }: Sight, { liveSince }: Outlook): { monotonic: number; wall: number } {
  return liveSince !== undefined && liveSince.monotonic > seen
    ? liveSince
    : { monotonic: seen, wall: seenAt };
}

function statusOf(member: IMember | undefined): Observed['stated'] {
  return findCondition(member?.status?.conditions, MemberCondition.Reachable)?.status;
}

async function state(
  deps: ReachabilityDeps,
  member: IMember,
  { verdict, since, policy }: { verdict: Verdict; since: number; policy: StalenessPolicy },
  { signal, clock, log }: ReconcileContext,
): Promise<void> {
  const condition = reachableCondition(verdict, { since, policy });
  if (condition === undefined) return;
  const current = member.status?.conditions ?? [];
  const stamp = { now: clock.now(), observedGeneration: member.metadata.generation };
  const stands = findCondition(current, MemberCondition.Reachable);
  // The generation alone is no change of what is said: a renewal must not cost a write for every edit of the spec.
  const said = stands?.status === condition.status && stands.message === condition.message;
  const before = member.status?.unreachableSequence;
  const sequence = verdict.is === 'dead' ? (sequenceOf(reportOf(deps, member)) ?? 0) : before;
  if (said && sequence === before) return;
  const conditions = mergeConditions(current, [condition], stamp);
  const status = {
    ...member.status,
    ...(sequence !== undefined && { unreachableSequence: sequence }),
    conditions,
  };
  await deps.writer.updateStatus({ ...member, status }, { signal });
  say(log, member.metadata.name, verdict, stands?.status, condition.message);
}

function say(log: Logger, cluster: string, verdict: Verdict, before: Observed['stated'], why: string): void {
  if (verdict.is === 'dead') log.warn({ cluster, why }, 'a member is unreachable');
  else if (verdict.is === 'held')
    log.warn({ cluster, why }, 'many members are silent at once, nobody is withdrawn');
  else if (before !== 'True') log.info({ cluster, why }, 'a member is no longer called unreachable');
}
