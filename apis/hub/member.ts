import { createTypeMetaGuard, Model, type TypeMeta } from '@kubernetes-models/base';
import { apiVersionOf, type Condition, type KubeObject, type ObjectMeta, type Resource } from '../meta.ts';
import { typed, type Untyped } from '../typed.ts';
import { isClusterId } from './cluster-id.ts';

/** Who may join, who is alive, who has left. Named by the cluster id. */
export interface IMember extends KubeObject {
  spec?: {
    /** Exact names, or a prefix followed by `*`; absent: every namespace that the ClusterSet allows. */
    allowedNamespaces?: string[];
    /** CIDRs that this member's endpoint addresses must lie in; absent: any address that is not refused anyway. */
    addressRanges?: string[];
    /** Tombstones: kube-system UIDs of clusters under this id that are gone for good. */
    removed?: string[];
    /**
     * UID of the cluster that an admin lets take over the claim from another one. No statement about that one: what it
     * exported stays as it was last seen until `removed` names it.
     */
    takeover?: string;
  };
  status?: {
    /** kube-system UID of the cluster that claimed this id first. */
    claimedUID?: string;
    /** The report's sequence when Reachable last became False; 0: there was no report. A higher one is life. */
    unreachableSequence?: number;
    conditions?: Condition[];
  };
}

export const members: Resource<IMember> = {
  group: 'hub.tombolo.dev',
  version: 'v1alpha1',
  plural: 'members',
  kind: 'Member',
  namespaced: false,
};

/** Builds a complete Member from its parts; `is` tells one from other JSON by apiVersion and kind. */
export class Member extends Model<IMember> implements IMember, TypeMeta {
  static readonly apiVersion = apiVersionOf(members);
  static readonly kind = members.kind;
  static readonly is = createTypeMetaGuard<IMember & TypeMeta>(Member);
  declare apiVersion: string;
  declare kind: string;
  declare metadata: ObjectMeta;
  declare spec?: NonNullable<IMember['spec']>;
  declare status?: NonNullable<IMember['status']>;

  constructor(data: Untyped<IMember>) {
    super(typed(members, data));
  }
}

/** Fields of its spec that a person states of a set that runs: no declaration repeats them. */
export const MEMBER_STATEMENTS = ['removed', 'takeover'] as const satisfies (keyof NonNullable<
  IMember['spec']
>)[];

/** UIDs of clusters under this id that the admin has stated to be gone for good; none of what is no list. */
export function removedUIDs(member: IMember | undefined): readonly string[] {
  const removed: unknown = member?.spec?.removed;
  return Array.isArray(removed) ? removed : [];
}

/** UID of the cluster that the admin has given the id to; undefined for none, for one removed, and for what is no text. */
export function takeoverUID(member: IMember | undefined): string | undefined {
  const uid: unknown = member?.spec?.takeover;
  return typeof uid === 'string' && uid !== '' && !removedUIDs(member).includes(uid) ? uid : undefined;
}

/** kube-system UID of the cluster that the id belongs to; undefined for none, and for what is no text. */
export function claimedUID(member: IMember): string | undefined {
  const uid: unknown = member.status?.claimedUID;
  return typeof uid === 'string' ? uid : undefined;
}

const NAMESPACE_PREFIX = 'member-';

/** The hub namespace that belongs to a member, and to it alone. */
export function memberNamespace(clusterId: string): string {
  return `${NAMESPACE_PREFIX}${clusterId}`;
}

/**
 * The cluster id that a hub namespace stands for: a record's source is where it lies, never what it says.
 * Undefined for namespaces that are no member's.
 */
export function clusterOfNamespace(namespace: string | undefined): string | undefined {
  if (!namespace?.startsWith(NAMESPACE_PREFIX)) return undefined;
  const id = namespace.slice(NAMESPACE_PREFIX.length);
  return isClusterId(id) ? id : undefined;
}
