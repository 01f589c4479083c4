import { CLUSTER_SET_NAME, type IClusterSet } from '#apis/hub/cluster-set.ts';

/** What is known when an agent judges the hub under its hub address. */
export interface IdentityInput {
  /** The hub's ClusterSet; undefined: not read, or there is none. */
  clusterSet: IClusterSet | undefined;
  /** UID of the ClusterSet that the agent belongs to; undefined: it has never met one. */
  accepted: string | undefined;
  /** UID that the member's admin accepts (`--accept-clusterset-uid`). */
  admitted: string | undefined;
}

/** `accept`: the agent shall belong to this ClusterSet from now on, and remember it before it believes it. */
export type IdentityVerdict =
  | { is: 'unread'; why: string }
  | { is: 'accepted'; uid: string }
  | { is: 'accept'; uid: string; why: string }
  | { is: 'foreign'; uid: string; why: string };

/**
 * Whether the hub is the one that this agent belongs to (DESIGN.md 4a, "another hub under the known URL").
 * The first ClusterSet that an agent meets is its own; another one only if it stands in for the known one by
 * the word of its own admin, or of the member's.
 */
export function judgeIdentity({ clusterSet, accepted, admitted }: IdentityInput): IdentityVerdict {
  const uid = clusterSet?.metadata.uid;
  if (clusterSet === undefined || !uid) {
    return {
      is: 'unread',
      why: `the hub's ClusterSet ${CLUSTER_SET_NAME} has not been read, or is not there`,
    };
  }
  if (uid === accepted) return { is: 'accepted', uid };
  if (accepted !== undefined && replaces(clusterSet, accepted)) {
    return { is: 'accept', uid, why: `it replaces the known ClusterSet ${accepted}` };
  }
  if (uid === admitted) return { is: 'accept', uid, why: "this member's admin accepts it" };
  if (accepted !== undefined) return { is: 'foreign', uid, why: foreign(uid, accepted) };
  // WARNING: whoever names a UID means this one and no other, on the first day too.
  if (admitted !== undefined && !replaces(clusterSet, admitted)) {
    return { is: 'foreign', uid, why: foreign(uid, admitted) };
  }
  return { is: 'accept', uid, why: 'it is the first that this agent meets' };
}

/** True where this ClusterSet says that it stands in for that one, or is it. */
export function standsFor(clusterSet: IClusterSet, uid: string): boolean {
  return clusterSet.metadata.uid === uid || replaces(clusterSet, uid);
}

function replaces(clusterSet: IClusterSet, uid: string): boolean {
  const list: unknown = clusterSet.spec?.replaces;
  return Array.isArray(list) && list.includes(uid);
}

function foreign(uid: string, known: string): string {
  return (
    `this is another hub: its ClusterSet has UID ${uid}, this agent belongs to ${known}; nothing is published ` +
    `there and nothing imported, and everything stays as it is, until that ClusterSet lists ${known} in ` +
    `spec.replaces or the agent is started with --accept-clusterset-uid=${uid}`
  );
}
