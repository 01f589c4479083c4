import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { collectionPath } from '#src/kube/paths.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import type { ObserverConfig } from '../journey/observer.ts';
import { watchQuery } from '../propagation/watch-query.ts';
import { accessFrom } from '../rig/access.ts';
import { BARE_NAMESPACE, NAMESPACE } from './content.ts';

/** What of both lanes is seen: records on the hub, and the slices that become of them in B. */
export function observed(hub: Cluster, b: Cluster): ObserverConfig {
  const onHub = (path: string) => ({ server: 'hub', path });
  const inB = (namespace: string) => ({
    b: { server: 'b', path: collectionPath(endpointSlices, namespace) + watchQuery() },
  });
  const records = collectionPath(exportedEndpointSlices, undefined);
  const ofMembers = `&fieldSelector=${encodeURIComponent(`metadata.namespace!=${BARE_NAMESPACE}`)}`;
  return {
    servers: { hub: accessFrom(hub.kubeconfig), b: accessFrom(b.kubeconfig) },
    lanes: {
      product: { source: onHub(records + watchQuery() + ofMembers), targets: inB(NAMESPACE) },
      bare: {
        source: onHub(collectionPath(exportedEndpointSlices, BARE_NAMESPACE) + watchQuery()),
        targets: inB(BARE_NAMESPACE),
      },
    },
  };
}
