import { CLUSTER_ID_PROPERTY, CLUSTER_SET_PROPERTY } from '#apis/kubernetes/cluster-property.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { services } from '#apis/kubernetes/service.ts';
import { MANAGED_BY, MANAGED_BY_LABEL, SLICE_MANAGED_BY_LABEL } from '#apis/labels.ts';
import type { KubeObject, Resource } from '#apis/meta.ts';
import { type IServiceExport, serviceExports } from '#apis/multicluster/service-export.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import { withoutOwnConditions } from '#controllers/membership/own-conditions.ts';
import { isConflict, isNotFound } from '#src/kube/errors.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import { listAll } from '../../clusters/reading.ts';
import type { Target } from '../../clusters/targets.ts';
import { readProperty } from '../join/cluster.ts';
import { type Doing, orNone, remove, tell } from './removing.ts';

const ATTEMPTS = 5;

/**
 * Removes what an agent has made in its cluster. Ours is what carries our managed-by label, which the agent alone
 * writes: its rights end at that label (src/install/member-policies.ts). Nothing that a user made carries it.
 */
export async function removeImports(target: Target, doing: Doing): Promise<void> {
  await removeLabelled(target, endpointSlices, SLICE_MANAGED_BY_LABEL, doing);
  await removeLabelled(target, services, MANAGED_BY_LABEL, doing);
  await removeLabelled(target, serviceImports, MANAGED_BY_LABEL, doing);
  for (const name of [CLUSTER_ID_PROPERTY, CLUSTER_SET_PROPERTY]) {
    const property = await readProperty(target, name);
    if (property === undefined) continue;
    await remove(target, property.resource, property.object, {
      isOurs: isLabelled(MANAGED_BY_LABEL),
      ...doing,
    });
  }
}

async function removeLabelled<T extends KubeObject>(
  target: Target,
  resource: Resource<T>,
  label: string,
  doing: Doing,
): Promise<void> {
  const labelSelector = `${label}=${MANAGED_BY}`;
  const ours = await orNone(listAll(target, resource, { labelSelector }));
  for (const object of ours) await remove(target, resource, object, { isOurs: isLabelled(label), ...doing });
}

function isLabelled(label: string): (object: KubeObject) => boolean {
  return ({ metadata }) => metadata.labels?.[label] === MANAGED_BY;
}

/** Takes our conditions off the ServiceExports, which are users' and stay. */
export async function clearConditions(target: Target, doing: Doing): Promise<void> {
  const all = await orNone(listAll(target, serviceExports));
  for (const serviceExport of all) await clear(target, serviceExport, doing);
}

async function clear({ client, timeoutMs }: Target, found: IServiceExport, doing: Doing): Promise<void> {
  const { namespace = '', name } = found.metadata;
  for (let current: IServiceExport | undefined = found, attempt = 1; current !== undefined; attempt++) {
    const before = current.status?.conditions ?? [];
    const conditions = withoutOwnConditions(current, before);
    if (conditions === before) return;
    // Absent in an update they stay as they are.
    const { managedFields: _, ...metadata } = current.metadata;
    try {
      const cleared = { ...current, metadata, status: { ...current.status, conditions } };
      if (doing.dryRun === undefined) await client.updateStatus(serviceExports, cleared, { timeoutMs });
      return tell(
        `serviceexport.${serviceExports.group}/${name} cleared of conditions in ${namespace}`,
        doing,
      );
    } catch (error) {
      if (isNotFound(error)) return;
      if (!isConflict(error) || attempt === ATTEMPTS) throw error;
      current = await orAbsent(client.get(serviceExports, { namespace, name }, { timeoutMs }));
    }
  }
}
