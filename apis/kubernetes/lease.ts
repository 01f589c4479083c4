import type { KubeObject, Resource } from '../meta.ts';

/** A coordination.k8s.io/v1 Lease. Times are MicroTime strings with six decimals. */
export interface ILease extends KubeObject {
  spec?: {
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    acquireTime?: string;
    renewTime?: string;
    leaseTransitions?: number;
  };
}

/**
 * Annotation of a member's Lease on the hub: the namespaces, joined by commas, from which other members export and
 * which this member does not have or has not selected, so that whoever exports can see where nothing is imported. `+N` at the end: so many
 * more. Absent or empty: it has all of them.
 */
export const ABSENT_NAMESPACES_ANNOTATION = 'tombolo.dev/absent-namespaces';

/**
 * Annotation of a member's Lease on the hub: the UIDs, joined by commas, of clusters that are stated to be removed and of
 * which this member shows nothing any more. Absent or empty: of none.
 */
export const NOTHING_LEFT_ANNOTATION = 'tombolo.dev/nothing-left-of';

/** Annotation of a member's Lease on the hub: when the token that its agent renews ends, RFC 3339. Absent: not known. */
export const CREDENTIAL_EXPIRES_ANNOTATION = 'tombolo.dev/credential-expires';

export const leases: Resource<ILease> = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
  namespaced: true,
};
