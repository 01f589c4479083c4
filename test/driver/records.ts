import { exportedEndpointSlices, type IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServiceName, exportedServices, type IExportedService } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import { eventually } from './eventually.ts';

/** What the hub holds of one member's export; undefined: nothing. */
export async function recordOf(
  hub: KubeClient,
  cluster: string,
  namespace: string,
  name: string,
): Promise<IExportedService | undefined> {
  const key = { namespace: memberNamespace(cluster), name: exportedServiceName(namespace, name) };
  return orAbsent(hub.get(exportedServices, key));
}

/** What the hub holds of one member's slices of a Service. */
export async function sliceRecordsOf(
  hub: KubeClient,
  cluster: string,
  namespace: string,
  name: string,
): Promise<IExportedEndpointSlice[]> {
  const { items } = await hub.list(exportedEndpointSlices, { namespace: memberNamespace(cluster) });
  return items.filter(({ metadata }) => metadata.name.startsWith(`${exportedServiceName(namespace, name)}.`));
}

/** Waits until the hub holds the export and `expected` no longer throws for it. */
export async function awaitRecord(
  hub: KubeClient,
  cluster: string,
  namespace: string,
  name: string,
  expected: (found: IExportedService) => void = () => {},
): Promise<IExportedService> {
  return eventually(`the record of ${cluster}'s ${namespace}/${name}`, async () => {
    const found = await recordOf(hub, cluster, namespace, name);
    if (found === undefined) throw new Error('it is not there');
    expected(found);
    return found;
  });
}

/** Waits until the hub holds nothing of one member's export. */
export async function awaitNoRecord(
  hub: KubeClient,
  cluster: string,
  namespace: string,
  name: string,
): Promise<void> {
  await eventually(`no record of ${cluster}'s ${namespace}/${name}`, async () => {
    if (await recordOf(hub, cluster, namespace, name)) throw new Error('it is still there');
  });
}
