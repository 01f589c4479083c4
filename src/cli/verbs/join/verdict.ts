import { findCondition } from '#apis/conditions.ts';
import type { IClusterSet } from '#apis/hub/cluster-set.ts';
import { MemberCondition } from '#apis/hub/conditions.ts';
import { claimedUID, type IMember, removedUIDs, takeoverUID } from '#apis/hub/member.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import { CLUSTER_ID_PROPERTY, type IClusterProperty } from '#apis/kubernetes/cluster-property.ts';
import { judgeClaim } from '#controllers/membership/claim.ts';
import { judgeIdentity } from '#controllers/membership/identity.ts';
import { judgeProperty } from '#controllers/membership/property.ts';
import type { JoinBundle } from '#src/install/join-bundle.ts';
import type { Milliseconds } from '#src/runtime/clock.ts';
import type { HubAccess } from './access.ts';

/** The oldest Kubernetes whose API servers have the admission policies that keep the agent to its own objects. */
const OLDEST_MINOR = 30;

/** Versions of the resolver that this agent goes by. */
const RESOLVER_VERSIONS: readonly number[] = [1];

/** How far two clocks may be apart: tokens and certificates are good from and until a time. */
const CLOCKS_APART: Milliseconds = 600_000;

/** What was read of the cluster that is to join. */
export interface ClusterFacts {
  /** As `/version` has it: `1`, `34+`. */
  version: { major: string; minor: string };
  /** kube-system UID. */
  uid: string;
  /** `--cluster-id` of the agent that is installed. */
  agentId: string | undefined;
  /** Helm's release that the installed agent belongs to. */
  release: string | undefined;
  /** The credentials of an earlier join. */
  held: HubAccess | undefined;
  /** UID of the ClusterSet that an agent here has met. */
  metSet: string | undefined;
  /** ClusterProperty `cluster.clusterset.k8s.io`. */
  property: IClusterProperty | undefined;
}

/** Why this cluster cannot join by this bundle, one line each; empty: nothing in the cluster is against it. */
export function judgeCluster(bundle: JoinBundle, facts: ClusterFacts, applies: boolean): string[] {
  const { version, agentId, release, held, property } = facts;
  const { clusterId } = bundle;
  const known = agentId ?? held?.clusterId;
  const found = judgeProperty(CLUSTER_ID_PROPERTY, clusterId, property);
  return [
    ...(isOldEnough(version)
      ? []
      : [
          `its API server is ${version.major}.${version.minor}: Kubernetes 1.${OLDEST_MINOR} or newer is needed`,
        ]),
    ...(known === undefined || known === clusterId
      ? []
      : [`the bundle is for ${clusterId}, and this cluster is ${known}: let it leave first (tombolo leave)`]),
    ...(found.is === 'disagreement'
      ? [
          `the bundle is for ${clusterId}, and ClusterProperty ${CLUSTER_ID_PROPERTY} of this cluster says ` +
            `${JSON.stringify(property?.spec?.value)}: they must agree`,
        ]
      : []),
    ...(release !== undefined && applies
      ? [
          `the agent here is Helm's (release ${release}): have its values written by --output-dir, and upgrade the ` +
            'release with them',
        ]
      : []),
  ];
}

function isOldEnough({ major, minor }: ClusterFacts['version']): boolean {
  const [whole, part] = [Number.parseInt(major, 10), Number.parseInt(minor, 10)];
  return whole > 1 || part >= OLDEST_MINOR;
}

/** Whether the credentials that lie in the cluster are what this very bundle has been exchanged for. */
export function isExchanged(bundle: JoinBundle, held: HubAccess | undefined): held is HubAccess {
  return (
    held !== undefined &&
    held.token !== '' &&
    held.clusterId === bundle.clusterId &&
    held.clusterSetUID === bundle.hub.clusterSetUID &&
    held.invitation === bundle.invitation
  );
}

/** Why the bundle is of no use any more at this time, which should be the hub's; undefined: it is. */
export function judgeExpiry({ expires, clusterId }: JoinBundle, now: Milliseconds): string | undefined {
  if (now < Date.parse(expires)) return undefined;
  return (
    `the bundle expired at ${expires}, it is ${instant(now)} now: have another one made ` +
    `(tombolo hub invite ${clusterId})`
  );
}

/** Why these two clocks do not go together, with both times; undefined: they do. */
export function judgeClocks(
  where: string,
  here: Milliseconds,
  hub: Milliseconds | undefined,
): string | undefined {
  if (hub === undefined || Math.abs(here - hub) <= CLOCKS_APART) return undefined;
  return (
    `the clocks are too far apart: it is ${instant(here)} ${where} and ${instant(hub)} on the hub; ` +
    'tokens and certificates would fail: set the wrong one right'
  );
}

function instant(time: Milliseconds): string {
  return new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** What was read of the hub with the member's own token. */
export interface HubFacts {
  clusterSet: IClusterSet | undefined;
  member: IMember | undefined;
  report: IMemberReport | undefined;
}

/** Why this cluster may not be that member of that hub; undefined: it may. */
export function judgeHub(
  bundle: JoinBundle,
  { uid, metSet, held }: Pick<ClusterFacts, 'uid' | 'metSet' | 'held'>,
  { clusterSet, member, report }: HubFacts,
  takeOver: boolean,
): string | undefined {
  const { clusterId, hub } = bundle;
  const accepted = metSet ?? held?.clusterSetUID;
  if (clusterSet === undefined) return `the hub ${hub.server} has no ClusterSet: it is none, or not any more`;
  if (clusterSet.metadata.uid !== hub.clusterSetUID) {
    return (
      `the hub under ${hub.server} is another one than the bundle was made for (ClusterSet ` +
      `${clusterSet.metadata.uid}, not ${hub.clusterSetUID}): have another bundle made (tombolo hub invite ${clusterId})`
    );
  }
  const identity = judgeIdentity({ clusterSet, accepted, admitted: undefined });
  if (identity.is === 'foreign') {
    return (
      `the bundle is of another hub than the one that this cluster belongs to (ClusterSet ${hub.clusterSetUID}, not ` +
      `${accepted}): let it leave there first (tombolo leave), or have that ClusterSet list ${accepted} in spec.replaces`
    );
  }
  const version = clusterSet.spec?.resolverVersion ?? 1;
  if (!RESOLVER_VERSIONS.includes(version)) {
    return (
      `the set resolves conflicts by version ${version} of the rules, and this agent knows ` +
      `${RESOLVER_VERSIONS.join(', ')}: install another version of the agent`
    );
  }
  return judgeMembership({ clusterId, uid, member, report, takeOver });
}

function judgeMembership(input: {
  clusterId: string;
  uid: string;
  member: IMember | undefined;
  report: IMemberReport | undefined;
  takeOver: boolean;
}): string | undefined {
  const { clusterId, uid, member, report, takeOver } = input;
  const claim = judgeClaim({ cluster: clusterId, uid, member, report });
  // The hub's admin has said so; the hub's controller settles it at the first report.
  if (claim.is !== 'refused' || takeoverUID(member) === uid) return undefined;
  const claimant = member && claimedUID(member);
  const removed = removedUIDs(member);
  // Of removed clusters there is nothing to take over, and none of them takes over.
  if (claimant === undefined || removed.includes(claimant) || removed.includes(uid)) return claim.why;
  if (!takeOver) return `${claim.why}; a rebuilt cluster joins with --take-over`;
  const reachable = findCondition(member?.status?.conditions, MemberCondition.Reachable)?.status;
  if (reachable === 'True') {
    return (
      `the cluster that has the id ${clusterId} (${claimant}) is alive: the hub hears of it. Nothing is taken over ` +
      'from a cluster that runs; stop its agent, and wait for the grace time of the set'
    );
  }
  // WARNING: such a patch puts its list in the place of the one that is there, whose statements must stand.
  const spec = { takeover: uid, removed: [...removed, claimant] };
  return (
    `the hub's admin must say that ${clusterId} is this cluster now, and that ${claimant} is gone for good with all that ` +
    `it exported: kubectl patch members.hub.tombolo.dev ${clusterId} --type=merge -p '${JSON.stringify({ spec })}'; ` +
    'then run this again'
  );
}
