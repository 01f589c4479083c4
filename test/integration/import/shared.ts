import type { IService } from '#apis/kubernetes/service.ts';
import { endpoint, service, slice } from '#test/driver/builders.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import type { TestSet } from '#test/driver/set.ts';

/** What every chapter is given: the set, from the first test on. */
export type Opened = () => TestSet;

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
