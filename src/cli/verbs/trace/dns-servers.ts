import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { services } from '#apis/kubernetes/service.ts';
import { KUBE_SERVICE_NAME_LABEL } from '#apis/labels.ts';
import type { DnsServer } from '#controllers/view/trace/answers.ts';
import { listAll } from '../../clusters/reading.ts';
import type { Target } from '../../clusters/targets.ts';

/** The name by which the cluster's DNS goes on every platform, whatever program it is. */
const CLUSTER_DNS = { namespace: 'kube-system', name: 'kube-dns' };
/** The CoreDNS of the chart, where the zone is forwarded to it. */
export const OWN_DNS = 'app.kubernetes.io/component=dns,app.kubernetes.io/part-of=tombolo';

/** The pods that answer names in this cluster: each of them, since one of several may be the one that is wrong. */
export async function dnsServers(target: Target): Promise<DnsServer[]> {
  const own = await listAll(target, services, { labelSelector: OWN_DNS });
  const places = [
    CLUSTER_DNS,
    ...own.map(({ metadata }) => ({ namespace: metadata.namespace ?? '', name: metadata.name })),
  ];
  const found = await Promise.all(places.map((place) => behind(target, place)));
  return found.flat();
}

/** Also those that are not ready: a CoreDNS that lacks a right may be so for that very reason. */
async function behind(
  target: Target,
  { namespace, name }: { namespace: string; name: string },
): Promise<DnsServer[]> {
  const slices = await listAll(target, endpointSlices, {
    namespace,
    labelSelector: `${KUBE_SERVICE_NAME_LABEL}=${name}`,
  });
  return slices.flatMap(({ endpoints, ports }) => {
    const port = ports?.find(({ protocol = 'TCP' }) => protocol === 'UDP')?.port ?? 53;
    return (endpoints ?? [])
      .filter(({ conditions }) => conditions?.terminating !== true)
      .flatMap(({ addresses: [address], targetRef }) =>
        address === undefined ? [] : [{ name: `${namespace}/${targetRef?.name ?? address}`, address, port }],
      );
  });
}
