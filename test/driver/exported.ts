import type { Condition } from '#apis/meta.ts';
import { type IServiceExport, serviceExports } from '#apis/multicluster/service-export.ts';
import type { MemberCluster } from './cluster.ts';
import { eventually } from './eventually.ts';

/** The ServiceExport as it is now. */
export async function exportOf(
  member: MemberCluster,
  namespace: string,
  name: string,
): Promise<IServiceExport> {
  return member.client.get(serviceExports, { namespace, name });
}

/** The conditions of a ServiceExport as they are now, by type. */
export async function conditionsOf(
  member: MemberCluster,
  namespace: string,
  name: string,
): Promise<Partial<Record<string, Condition>>> {
  const { status } = await exportOf(member, namespace, name);
  return Object.fromEntries((status?.conditions ?? []).map((condition) => [condition.type, condition]));
}

/** Waits until `expected` no longer throws for the conditions of a ServiceExport, by type. */
export async function awaitConditions(
  member: MemberCluster,
  namespace: string,
  name: string,
  expected: (found: Partial<Record<string, Condition>>) => void,
): Promise<Partial<Record<string, Condition>>> {
  return eventually(`the conditions of export ${namespace}/${name} in ${member.id}`, async () => {
    const found = await conditionsOf(member, namespace, name);
    expected(found);
    return found;
  });
}
