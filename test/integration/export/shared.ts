import { endpoint, service, slice } from '#test/driver/builders.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import type { TestSet } from '#test/driver/set.ts';

/** What every chapter is given: the set, from the first test on. */
export type Opened = () => TestSet;

export const LONG = { namespace: 'n'.repeat(63), name: 's'.repeat(63), hostname: 'h'.repeat(63) };

/** There from the start, in both clusters. */
export const NAMESPACES = ['prod', 'prod-web', 'team-red', 'team-blue', 'elsewhere', LONG.namespace];

/** A ClusterIP Service with one endpoint, and its export. */
export async function exportsPlain(
  member: MemberCluster,
  namespace: string,
  name: string,
  address: string,
): Promise<void> {
  await member.service(service(namespace, name));
  await member.slice(slice(namespace, name, 'a', [endpoint(address)]));
  await member.exports(namespace, name);
}
