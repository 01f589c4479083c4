import { exportedEndpointSlices, parseExportedSliceName } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServiceName } from '#apis/hub/exported-service.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { IDENTITY_NAMESPACE, type INamespace, namespaces } from '#apis/kubernetes/namespace.ts';
import { services } from '#apis/kubernetes/service.ts';
import {
  DERIVED_SERVICE_ANNOTATION,
  KUBE_SERVICE_NAME_LABEL,
  SERVICE_NAME_LABEL,
  SOURCE_CLUSTER_LABEL,
} from '#apis/labels.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import { clusterIdOf } from '#controllers/view/preview.ts';
import { ownClusterId } from '#controllers/view/status.ts';
import type { HubFacts, MemberFacts } from '#controllers/view/trace/facts.ts';
import type { Traced } from '#controllers/view/trace/name.ts';
import { isForbidden } from '#src/kube/errors.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import { listAll } from '../../clusters/reading.ts';
import type { Target } from '../../clusters/targets.ts';
import { readHub } from '../hub-content.ts';
import { hubLeases } from '../listings.ts';

/** Reads what one member has of the Service. `hub` knows its id best. */
export async function readMemberFacts(
  target: Target,
  { namespace, service: name }: Traced,
  hub: HubFacts | undefined,
): Promise<MemberFacts> {
  const { client, context, timeoutMs } = target;
  const key = { namespace, name };
  const of = (labelSelector: string) => listAll(target, endpointSlices, { namespace, labelSelector });
  const [service, serviceExport, serviceImport, own, imported, place, identity] = await Promise.all([
    orAbsent(client.get(services, key, { timeoutMs })),
    orAbsent(client.get(serviceExports, key, { timeoutMs })),
    orAbsent(client.get(serviceImports, key, { timeoutMs })),
    of(`${KUBE_SERVICE_NAME_LABEL}=${name},!${SOURCE_CLUSTER_LABEL}`),
    of(`${SERVICE_NAME_LABEL}=${name},${SOURCE_CLUSTER_LABEL}`),
    namespaceNamed(target, namespace),
    namespaceNamed(target, IDENTITY_NAMESPACE),
  ]);
  const derivedName = serviceImport?.metadata.annotations?.[DERIVED_SERVICE_ANNOTATION];
  const derived =
    derivedName === undefined
      ? undefined
      : await orAbsent(client.get(services, { namespace, name: derivedName }, { timeoutMs }));
  const imports = serviceImport === undefined ? [] : [serviceImport];
  const cluster = hub && clusterIdOf(hub.members, identity?.metadata.uid);
  return {
    context,
    cluster: cluster ?? ownClusterId(identity, imports) ?? context,
    namespace: place,
    service,
    serviceExport,
    serviceImport,
    derived: derived === undefined ? [] : [derived],
    slices: [...own, ...imported],
  };
}

/** Who may read his own namespaces only is told nothing of others: the namespace counts as there. */
async function namespaceNamed({ client, timeoutMs }: Target, name: string): Promise<INamespace | undefined> {
  try {
    return await orAbsent(client.get(namespaces, { name }, { timeoutMs }));
  } catch (error) {
    if (isForbidden(error)) return { metadata: { name } };
    throw error;
  }
}

/** Reads what the hub holds of the Service. Throws an Exit where the cluster is no hub. */
export async function readHubFacts(hub: Target, { namespace, service }: Traced): Promise<HubFacts> {
  const [content, slices, held] = await Promise.all([
    readHub(hub),
    listAll(hub, exportedEndpointSlices),
    hubLeases(hub, {}),
  ]);
  const name = exportedServiceName(namespace, service);
  return {
    ...content,
    context: hub.context,
    services: content.services.filter(({ metadata }) => metadata.name === name),
    slices: slices.filter(({ metadata }) => {
      const place = parseExportedSliceName(metadata.name);
      return place?.namespace === namespace && place.service === service;
    }),
    leases: held,
  };
}
