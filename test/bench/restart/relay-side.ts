import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { endpointSlices, type IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { collectionPath } from '#src/kube/paths.ts';
import { startHop } from '../journey/hop.ts';
import { watchQuery } from '../propagation/watch-query.ts';
import type { Access } from '../rig/access.ts';
import { ApiServer } from '../rig/api-server.ts';
import { type Channel, runProgram } from '../rig/program-side.ts';
import { BARE_NAMESPACE } from './hot.ts';

export interface RelayConfig {
  hub: Access;
  b: Access;
  /** Name of the record. */
  record: string;
  slice: IEndpointSlice;
}

export interface RelayReady {
  type: 'ready';
}

/** Carries the bare lane's one record from the hub to B. It is not restarted: it shows what B's API server can do. */
async function relay(
  { hub, b, record, slice }: RelayConfig,
  channel: Channel<RelayReady>,
): Promise<() => void> {
  await startHop({
    from: new ApiServer(hub),
    watch: collectionPath(exportedEndpointSlices, BARE_NAMESPACE) + watchQuery(),
    to: new ApiServer(b),
    resource: endpointSlices,
    objects: new Map([[record, slice]]),
    onFailure: (error) => channel.fail(error),
  });
  channel.send({ type: 'ready' });
  return () => {};
}

runProgram(relay);
