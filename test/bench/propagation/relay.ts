import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import type { KubeObject, Resource } from '#apis/meta.ts';
import { collectionPath } from '#src/kube/paths.ts';
import type { Access } from '../rig/access.ts';
import { ApiServer, METADATA_ONLY, resourceVersionIn } from '../rig/api-server.ts';
import { type Channel, runProgram } from '../rig/program-side.ts';
import { addressesIn } from './addresses.ts';
import { LANE_NAMESPACES, type RelayLane } from './lanes.ts';
import { prebuilt } from './prebuilt.ts';
import { ENDPOINTS, relayedRecord, relayedSlice } from './slices.ts';
import { watchQuery } from './watch-query.ts';

export interface RelayConfig {
  lane: RelayLane;
  ofPods: boolean;
  a: Access;
  hub: Access;
  b: Access;
  /** Where on the hub its objects lie. */
  hubNamespace: string;
}

export interface RelayReady {
  type: 'ready';
  /** Bytes of an update's body. */
  bytes: { hub: number; b: number };
}

/** One hop of the bare chain: what a watch shows here is written there. */
interface Hop {
  from: ApiServer;
  watch: string;
  to: ApiServer;
  /** Created at the start, updated from then on. */
  object: KubeObject;
  resource: Resource<KubeObject>;
  accept?: string;
}

/**
 * The bare chain (watch on A, update on the hub, watch on the hub, update on B) with bodies built
 * beforehand. Lanes `plain` and `again` carry EndpointSlices as anybody would write them by hand; `same`
 * writes the product's record kind and asks for metadata only, as the product does.
 */
async function relay(config: RelayConfig, channel: Channel<RelayReady>): Promise<() => void> {
  const namespace = LANE_NAMESPACES[config.lane];
  const same = config.lane === 'same';
  const [a, hub, b] = [new ApiServer(config.a), new ApiServer(config.hub), new ApiServer(config.b)];
  const accept = same ? { accept: METADATA_ONLY } : {};
  // The product's records do not carry what only the pod's own cluster can use.
  const slice = relayedSlice(config.lane, config.ofPods && !same);
  const hubObject = same
    ? relayedRecord(config.lane, config.hubNamespace)
    : { ...slice, metadata: { ...slice.metadata, namespace: config.hubNamespace } };
  const hubResource = same ? exportedEndpointSlices : endpointSlices;

  const toHub = await startHop(channel, {
    from: a,
    watch: collectionPath(endpointSlices, namespace) + watchQuery({ onlySources: true }),
    to: hub,
    object: hubObject,
    resource: hubResource,
    ...accept,
  });
  const toB = await startHop(channel, {
    from: hub,
    watch: collectionPath(hubResource, config.hubNamespace) + watchQuery(),
    to: b,
    object: slice,
    resource: endpointSlices,
    ...accept,
  });
  channel.send({ type: 'ready', bytes: { hub: toHub, b: toB } });
  return () => {};
}

/** Creates the hop's object and starts to keep it current; resolves with the size of its updates. */
async function startHop(channel: Channel<RelayReady>, hop: Hop): Promise<number> {
  const { name, namespace = '' } = hop.object.metadata;
  const path = collectionPath(hop.resource, namespace);
  const options = hop.accept === undefined ? {} : { accept: hop.accept };
  let version = resourceVersionIn(await hop.to.send('POST', path, JSON.stringify(hop.object), options));
  const body = prebuilt(hop.object);
  let before = addressesIn(JSON.stringify(hop.object)).join();

  const carry = async (line: string) => {
    const addresses = addressesIn(line);
    if (addresses.length !== ENDPOINTS) throw new Error(`an event with ${addresses.length} addresses`);
    // The burst of a watch's beginning shows what is there already.
    const after = addresses.join();
    if (after === before) return;
    before = after;
    version = resourceVersionIn(
      await hop.to.send('PUT', `${path}/${name}`, body(addresses, version), options),
    );
  };
  // Each needs the version that the one before it was given, whose reply may come after the next event.
  let carried = Promise.resolve();
  hop.from
    .watch(hop.watch, new AbortController().signal, (line) => {
      carried = carried.then(() => carry(line)).catch((error: unknown) => channel.fail(error));
    })
    .then(
      () => channel.fail(new Error(`the watch ${hop.watch} ended`)),
      (error: unknown) => channel.fail(error),
    );
  return Buffer.byteLength(body(addressesIn(JSON.stringify(hop.object)), version));
}

runProgram(relay);
