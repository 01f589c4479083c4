import type { Cluster } from '#test/clusters/provider.ts';
import { accessFrom } from '../rig/access.ts';
import { ApiServer } from '../rig/api-server.ts';
import { startReady } from '../rig/program.ts';
import { Driver } from './driver.ts';
import { type Lane, RELAYS, type RelayLane } from './lanes.ts';
import type { RelayConfig, RelayReady } from './relay.ts';
import { hubNamespaceOf, prepareNamespaces } from './setup.ts';
import { Source } from './source.ts';

const RELAY = new URL('./relay.ts', import.meta.url);

/** The three clusters; relays, driver and observer speak to them as their admin, each over pools of its own. */
interface RigClusters {
  hub: Cluster;
  a: Cluster;
  b: Cluster;
}

/** Carries the lane `product`: what starts the product's agents once the source slice lies in A. */
export interface ProductLane {
  /** Resolves when the slice has arrived in B. */
  start(): Promise<void>;
}

export interface Rig {
  lanes: readonly Lane[];
  change(lane: Lane): Promise<number>;
  /** Bytes of an update's body, per relay. */
  bytes: ReadonlyMap<RelayLane, RelayReady['bytes']>;
}

export interface RigOptions {
  clusters: RigClusters;
  /** Whether the source slices carry what the stock controller writes for pods. */
  ofPods: boolean;
  product?: ProductLane;
  /** Where the relays reach the hub; its own address unless told. */
  toHub?(kubeconfig: string): string;
  /** Of what else all lanes go through: rejects where that breaks, which ends every wait. */
  broken?: Promise<never>;
}

/** Builds all lanes and the observer; all that it starts is stopped when `stack` is disposed. */
export async function buildRig(options: RigOptions, stack: AsyncDisposableStack): Promise<Rig> {
  const { clusters, ofPods, product, toHub = (kubeconfig: string) => kubeconfig } = options;
  const lanes: Lane[] = product === undefined ? [...RELAYS] : ['product', ...RELAYS];
  await prepareNamespaces(clusters, lanes);
  const servers = {
    hub: accessFrom(toHub(clusters.hub.kubeconfig)),
    a: accessFrom(clusters.a.kubeconfig),
    b: accessFrom(clusters.b.kubeconfig),
  };
  const a = stack.adopt(new ApiServer(servers.a), (server) => server.close());

  const sources = new Map<Lane, Source>();
  for (const lane of lanes) sources.set(lane, await Source.create(a, lane, ofPods));
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => {});
  options.broken?.catch(failure.reject);

  const bytes = new Map<RelayLane, RelayReady['bytes']>();
  for (const lane of RELAYS) {
    const config: RelayConfig = { lane, ofPods, ...servers, hubNamespace: hubNamespaceOf(lane) };
    const relay = { name: `relay ${lane}`, file: RELAY, config };
    const ready = startReady<RelayReady>(relay, stack, failure.reject);
    bytes.set(lane, (await Promise.race([ready, failure.promise])).bytes);
  }
  if (product !== undefined) await Promise.race([product.start(), failure.promise]);

  const driver = stack.adopt(new Driver(sources, servers), (it) => it.stop());
  failure.promise.catch((error: Error) => driver.fail(error));
  await driver.ready();
  return { lanes, bytes, change: (lane) => driver.change(lane) };
}
