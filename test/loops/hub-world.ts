import { CLUSTER_SET_NAME, type IClusterSet } from '#apis/hub/cluster-set.ts';
import { type IMember, memberNamespace } from '#apis/hub/member.ts';
import type { ILease } from '#apis/kubernetes/lease.ts';
import type { INamespace } from '#apis/kubernetes/namespace.ts';
import { HUB_LEASE_NAME } from '#controllers/membership/lease-controller.ts';
import type { Declaration } from '#src/config/declaration.ts';
import { SET_UID } from './names.ts';

/** Members that have joined. */
export const JOINED = ['shbt', 'bjpdc', 'zzzc'];

/** One that is declared, and has no namespace yet. */
export const EXPECTED = 'rbmm';

/** Less than a Lease's usual life, so that both count. */
const RULES: NonNullable<IClusterSet['spec']> = { staleness: { graceSeconds: 30 } };

const MEMBERS: Declaration['members'] = new Map([
  ['shbt', { allowedNamespaces: ['prod'] }],
  [EXPECTED, {}],
]);

/** What the program may be told to keep. */
export const DECLARATIONS: readonly Declaration[] = [
  { clusterSet: RULES, members: MEMBERS },
  { clusterSet: undefined, members: MEMBERS },
];

/** As an admin writes it; nothing is stated of it yet. */
export function plainMember(cluster: string): IMember {
  return { metadata: { name: cluster, generation: 1 }, spec: {} };
}

export function plainNamespace(cluster: string): INamespace {
  return { metadata: { name: memberNamespace(cluster) } };
}

/** The Lease of a member, never renewed so far. */
export function plainLease(cluster: string): ILease {
  return {
    metadata: { namespace: memberNamespace(cluster), name: HUB_LEASE_NAME },
    spec: { holderIdentity: 'agent', leaseDurationSeconds: 40 },
  };
}

export function plainClusterSet(): IClusterSet {
  return { metadata: { name: CLUSTER_SET_NAME, uid: SET_UID }, spec: RULES };
}
