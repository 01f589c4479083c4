import { type ILease, leases } from '#apis/kubernetes/lease.ts';
import type { ObjectMeta } from '#apis/meta.ts';
import type { KubeClient } from './client.ts';
import { orAbsent } from './or-absent.ts';

/** One Lease, read and written without a cache: nobody watches leases here. Fails as KubeClient does. */
export interface LeaseStore {
  readonly namespace: string;
  readonly name: string;
  /** Undefined: there is none. */
  read(signal: AbortSignal): Promise<ILease | undefined>;
  create(lease: ILease, signal: AbortSignal): Promise<ObjectMeta>;
  /** Fenced by the resourceVersion in the lease's metadata. */
  update(lease: ILease, signal: AbortSignal): Promise<ObjectMeta>;
}

/** The Lease of this name on one API server. */
export function leaseStore(
  client: Pick<KubeClient, 'get' | 'create' | 'update'>,
  { namespace, name }: { namespace: string; name: string },
): LeaseStore {
  return {
    namespace,
    name,
    read: (signal) => orAbsent(client.get(leases, { namespace, name }, { signal })),
    create: (lease, signal) => client.create(leases, lease, { signal }),
    update: (lease, signal) => client.update(leases, lease, { signal }),
  };
}
