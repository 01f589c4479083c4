import type { IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { type IService, services } from '#apis/kubernetes/service.ts';
import { derivedServiceName } from '#controllers/endpoints/names.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import type { MemberCluster } from './cluster.ts';
import { eventually } from './eventually.ts';

/** Waits until `expected` no longer throws for the imported slices of one source cluster, which come by name. */
export async function awaitSlices(
  member: MemberCluster,
  namespace: string,
  name: string,
  cluster: string,
  expected: (slices: IEndpointSlice[]) => void,
): Promise<IEndpointSlice[]> {
  return eventually(`slices of ${cluster}'s ${namespace}/${name} in ${member.id}`, async () => {
    const slices = await member.importedSlices(namespace, name, cluster);
    slices.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    expected(slices);
    return slices;
  });
}

/** The derived Service of an import as it is now. */
export async function derivedService(
  member: MemberCluster,
  namespace: string,
  name: string,
): Promise<IService | undefined> {
  const key = { namespace, name: derivedServiceName(namespace, name) };
  return orAbsent(member.client.get(services, key));
}

/** Waits until the derived Service is there and, where given, `expected` no longer throws for it. */
export async function awaitDerivedService(
  member: MemberCluster,
  namespace: string,
  name: string,
  expected: (found: IService) => void = () => {},
): Promise<IService> {
  return eventually(`the derived Service of ${namespace}/${name} in ${member.id}`, async () => {
    const found = await derivedService(member, namespace, name);
    if (found === undefined) throw new Error('it is not there');
    expected(found);
    return found;
  });
}

/** Waits until nothing of an import is left: no ServiceImport, no derived Service, no slice. */
export async function awaitNothingOf(member: MemberCluster, namespace: string, name: string): Promise<void> {
  await eventually(`nothing of ${namespace}/${name} in ${member.id}`, async () => {
    const left = [
      await member.serviceImport(namespace, name),
      await derivedService(member, namespace, name),
      ...(await member.importedSlices(namespace, name)),
    ].flatMap((object) => (object ? [`${object.kind} ${object.metadata.name}`] : []));
    if (left.length > 0) throw new Error(`left are ${left}`);
  });
}
