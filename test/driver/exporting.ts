import type { IService } from '#apis/kubernetes/service.ts';
import { endpoint, service, slice } from './builders.ts';
import type { MemberCluster } from './cluster.ts';
import { exportOf } from './exported.ts';

/** A ClusterIP Service with one endpoint, and its export. */
export async function exportsPlain(
  member: MemberCluster,
  namespace: string,
  name: string,
  address: string,
  spec: IService['spec'] = {},
): Promise<void> {
  await member.service(service(namespace, name, spec));
  await member.slice(slice(namespace, name, 'a', [endpoint(address)]));
  await member.exports(namespace, name);
}

/** Resolves when an export that is made from now on is younger than this one: their age counts in whole seconds. */
export async function olderThanAllToCome(
  member: MemberCluster,
  namespace: string,
  name: string,
): Promise<void> {
  await oneSecondAfter((await exportOf(member, namespace, name)).metadata.creationTimestamp);
}

/** Resolves when a stamp of whole seconds that is made from now on is a later one than this. */
export async function oneSecondAfter(stamp: string | undefined): Promise<void> {
  const left = Date.parse(stamp ?? '') + 1_100 - Date.now();
  if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
}
