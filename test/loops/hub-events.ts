import fc from 'fast-check';
import type { IClusterSet } from '#apis/hub/cluster-set.ts';
import { ClaimedReason, MemberCondition, ReachableReason } from '#apis/hub/conditions.ts';
import type { IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import type { IExportedService } from '#apis/hub/exported-service.ts';
import type { IMember } from '#apis/hub/member.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import type { ILease } from '#apis/kubernetes/lease.ts';
import type { INamespace } from '#apis/kubernetes/namespace.ts';
import type { KubeObject } from '#apis/meta.ts';
import { keyOf } from '#src/cache/lister.ts';
import type { HubLoops } from './hub.ts';
import { type Change, conditioned, marked, specified, stated } from './hub-changes.ts';
import { EXPECTED, plainClusterSet, plainLease, plainMember, plainNamespace } from './hub-world.ts';
import { uidOf } from './names.ts';
import { plainReport, plainService, plainSlice } from './published.ts';

/** One change of one object by somebody else, as the watch of its kind brings it. */
export interface HubEvent {
  /** For people, where a history is printed. */
  says: string;
  happens(loops: HubLoops): void;
}

/** One kind of the hub, as far as somebody else changes it. */
interface Shown<T> {
  store: { get(key: string): T | undefined };
  changes(object: T): void;
  loses(key: string): void;
}

const clusters = fc.constantFrom('shbt', 'shbt', 'shbt', 'bjpdc', EXPECTED);
/** Of a cluster that was rebuilt under the id of another. */
const rebuilt = (cluster: string) => `${uidOf(cluster)}-rebuilt`;
const nothing = () => undefined;

/** An object changes in one of these ways, mostly; now and then it goes, or is shown again as it was. One that is not there comes. */
function events<T extends KubeObject>(
  kindOf: (loops: HubLoops) => Shown<T>,
  plain: (cluster: string) => T,
  ...changes: fc.Arbitrary<Change<T>>[]
): fc.Arbitrary<HubEvent> {
  const comes: Change<T> = () => ({ says: 'comes', to: (held) => held });
  const change = fc.oneof(
    { weight: 3, arbitrary: fc.oneof(...changes) },
    { weight: 1, arbitrary: fc.constantFrom(comes, undefined) },
  );
  return fc.tuple(clusters, change).map(([cluster, of]) => {
    const fresh = plain(cluster);
    const key = keyOf(fresh);
    if (of === undefined) return { says: `${key} goes`, happens: (loops) => kindOf(loops).loses(key) };
    const { says, to } = of(cluster);
    return {
      says: `${key} ${says}`,
      happens: (loops) => {
        const kind = kindOf(loops);
        kind.changes(to(kind.store.get(key) ?? fresh));
      },
    };
  });
}

const member = events<IMember>(
  ({ hub }) => hub.members,
  plainMember,
  specified('removed', [
    nothing,
    () => [],
    (cluster) => [uidOf(cluster)],
    (cluster) => [rebuilt(cluster)],
    (cluster) => [uidOf(cluster), rebuilt(cluster)],
  ]),
  fc.oneof(
    specified<IMember, 'takeover'>('takeover', [nothing, uidOf, rebuilt]),
    specified<IMember, 'allowedNamespaces'>('allowedNamespaces', [nothing, () => ['team-a']]),
  ),
  fc.oneof(
    stated('claimedUID', [nothing, uidOf, rebuilt]),
    stated('unreachableSequence', [nothing, () => 0, () => 5]),
    conditioned(MemberCondition.Claimed, [undefined, { status: 'False', reason: ClaimedReason.Removed }]),
    conditioned(MemberCondition.Reachable, [
      undefined,
      { status: 'False', reason: ReachableReason.LeaseNotRenewed },
      { status: 'Unknown', reason: ReachableReason.NotJudged },
    ]),
  ),
);

const report = events<IMemberReport>(
  ({ hub }) => hub.memberReports,
  plainReport,
  specified('clusterUID', [uidOf, rebuilt, () => '']),
  specified(
    'inventory',
    [0, 2, 6].map((sequence) => () => ({ sequence, services: [] })),
  ),
  marked(),
);

const service = events<IExportedService>(
  ({ hub }) => hub.exportedServices,
  (cluster) => plainService(cluster, 'db'),
  specified(
    'asserted',
    [uidOf, rebuilt].map((of) => (cluster) => ({ uid: of(cluster), sequence: 1 })),
  ),
  marked(),
);

const slice = events<IExportedEndpointSlice>(
  ({ hub: { exportedEndpointSlices: kind } }) => ({
    // The cache holds a view, from which no record can be made again.
    store: { get: nothing },
    changes: (object) => kind.changes(object),
    loses: (key) => kind.loses(key),
  }),
  (cluster) => plainSlice(cluster, 'db', 'a'),
  specified(
    'asserted',
    [uidOf, rebuilt].map((of) => (cluster) => ({ uid: of(cluster), sequence: 1 })),
  ),
  marked(),
);

const lease = events<ILease>(
  ({ hub }) => hub.leases,
  plainLease,
  specified(
    'renewTime',
    [1, 2, 3, 4].map((at) => () => `by hand ${at}`),
  ),
  specified('leaseDurationSeconds', [nothing, () => 10, () => 40]),
  marked(),
);

const namespace = events<INamespace>(({ hub }) => hub.namespaces, plainNamespace, marked());

const clusterSet = events<IClusterSet>(
  ({ hub }) => hub.clusterSets,
  plainClusterSet,
  specified('staleness', [
    nothing,
    () => ({ graceSeconds: 0 }),
    () => ({ graceSeconds: 60 }),
    () => ({ graceSeconds: 30, headless: 'Withdraw' }),
  ]),
  specified('replaces', [nothing, () => ['another-set']]),
  specified('precedence', [nothing, () => 'HubTime' as const]),
);

/** Anything that a watch of the hub's controller can bring, from so few names and values that they often meet. */
export const hubEvents: fc.Arbitrary<HubEvent> = fc.oneof(
  { weight: 4, arbitrary: member },
  { weight: 3, arbitrary: report },
  { weight: 2, arbitrary: service },
  { weight: 2, arbitrary: slice },
  { weight: 2, arbitrary: lease },
  { weight: 2, arbitrary: namespace },
  { weight: 1, arbitrary: clusterSet },
);
