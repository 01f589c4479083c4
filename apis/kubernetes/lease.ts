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

export const leases: Resource<ILease> = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
  namespaced: true,
};
