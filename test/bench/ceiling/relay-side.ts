import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { collectionPath } from '#src/kube/paths.ts';
import { startHop } from '../journey/hop.ts';
import { watchQuery } from '../propagation/watch-query.ts';
import type { Access } from '../rig/access.ts';
import { ApiServer } from '../rig/api-server.ts';
import { type Channel, runProgram } from '../rig/program-side.ts';
import { BARE_NAMESPACE, bareRecord, bareSlice, type Shape } from './content.ts';

export interface RelayConfig {
  shape: Shape;
  /** How many slices it carries. */
  slices: number;
  hub: Access;
  b: Access;
}

export interface RelayReady {
  type: 'ready';
  pid: number;
}

/** Carries the bare lane from the hub to B: a watch, and an update for what it shows. */
async function relay(
  { shape, slices: count, hub, b }: RelayConfig,
  channel: Channel<RelayReady>,
): Promise<() => void> {
  const slices = Array.from({ length: count }, (_, slice) => slice);
  await startHop({
    from: new ApiServer(hub),
    watch: collectionPath(exportedEndpointSlices, BARE_NAMESPACE) + watchQuery(),
    to: new ApiServer(b),
    resource: endpointSlices,
    objects: new Map(slices.map((n) => [bareRecord(shape, n).metadata.name, bareSlice(shape, n)])),
    onFailure: (error) => channel.fail(error),
  });
  channel.send({ type: 'ready', pid: process.pid });
  return () => {};
}

runProgram(relay);
