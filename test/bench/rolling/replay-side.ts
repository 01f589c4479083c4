import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import type { KubeObject } from '#apis/meta.ts';
import { collectionPath } from '#src/kube/paths.ts';
import { startHop } from '../journey/hop.ts';
import { watchQuery } from '../propagation/watch-query.ts';
import type { Access } from '../rig/access.ts';
import { ApiServer } from '../rig/api-server.ts';
import { type Channel, runProgram } from '../rig/program-side.ts';
import {
  type BareLane,
  hubNamespaceOf,
  NAMESPACES,
  recordName,
  replayedRecord,
  replayedSlice,
  watchedInA,
} from './content.ts';

export interface ReplayConfig {
  lane: BareLane;
  services: number;
  a: Access;
  hub: Access;
  b: Access;
}

export interface ReplayReady {
  type: 'ready';
}

/** Writes under way at once to one server: more than any of them works on, however long the way. */
const CONNECTIONS = 64;

/**
 * The bare replay: watch in A, update on the hub, watch on the hub, update in B, with the product's kinds and verbs and
 * bodies built beforehand. Of each slice one write is under way at a time, and the next one brings the newest.
 */
async function replay(config: ReplayConfig, channel: Channel<ReplayReady>): Promise<() => void> {
  const { lane, services } = config;
  const [a, hub, b] = [
    new ApiServer(config.a),
    new ApiServer(config.hub, { connections: CONNECTIONS }),
    new ApiServer(config.b, { connections: CONNECTIONS }),
  ];
  const objects = (name: (service: number) => string, object: (service: number) => KubeObject) =>
    new Map(Array.from({ length: services }, (_, service) => [name(service), object(service)]));
  const onFailure = (error: unknown) => channel.fail(error);
  await startHop({
    from: a,
    watch: collectionPath(endpointSlices, NAMESPACES[lane]) + watchQuery({ onlySources: true }),
    to: hub,
    resource: exportedEndpointSlices,
    objects: objects(watchedInA, (service) => replayedRecord(lane, services, service)),
    onFailure,
  });
  await startHop({
    from: hub,
    watch: collectionPath(exportedEndpointSlices, hubNamespaceOf(lane)) + watchQuery(),
    to: b,
    resource: endpointSlices,
    objects: objects(recordName, (service) => replayedSlice(lane, services, service)),
    onFailure,
  });
  channel.send({ type: 'ready' });
  return () => {};
}

runProgram(replay);
