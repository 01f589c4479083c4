import { setTimeout as sleep } from 'node:timers/promises';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import { BARE_NAMESPACE, bareRecord, firstChange, type Shape } from '../ceiling/content.ts';
import { observed } from '../ceiling/observed.ts';
import type { RelayConfig, RelayReady } from '../ceiling/relay-side.ts';
import { Observing } from '../journey/observing.ts';
import { Source } from '../journey/source.ts';
import { accessFrom } from '../rig/access.ts';
import type { Agent } from '../rig/agent.ts';
import type { ApiServer } from '../rig/api-server.ts';
import { freeze, processorMs, thaw } from '../rig/freeze.ts';
import { createNamespace } from '../rig/namespace.ts';
import { startReady } from '../rig/program.ts';
import type { ChangeCost } from './figures.ts';

const RELAY = new URL('../ceiling/relay-side.ts', import.meta.url);
const LANES = ['product', 'bare'] as const;
type Lane = (typeof LANES)[number];
/** Product, bare, bare, product, and once more: what drifts hits both alike. */
const TURNS: readonly Lane[] = ['product', 'bare', 'bare', 'product', 'product', 'bare'];
const PER_SECOND = 100;

export interface CostOptions {
  hub: Cluster;
  b: Cluster;
  /** The hub for its admin. */
  server: ApiServer;
  /** The product's slices that change; B shows them. */
  changing: readonly Source[];
  endpointsOfASlice: number;
}

/** Changes slices of both lanes, and says what that costs the processes that carry them. */
export class ChangeCosts {
  readonly #observing: Observing;
  readonly #relayPid: number;
  readonly #sources: Record<Lane, readonly Source[]>;
  #number: number;

  private constructor(
    observing: Observing,
    relayPid: number,
    sources: Record<Lane, readonly Source[]>,
    number: number,
  ) {
    this.#observing = observing;
    this.#relayPid = relayPid;
    this.#sources = sources;
    this.#number = number;
  }

  /** Lays as many slices of the same size beside the product's, for a bare relay; all ends with `stack`. */
  static async open(options: CostOptions, stack: AsyncDisposableStack): Promise<ChangeCosts> {
    const { hub, b, server, changing, endpointsOfASlice } = options;
    // As many numbered addresses as the product's slices have come first.
    const shape: Shape = { clusters: 1, services: changing.length, sliceSize: endpointsOfASlice };
    for (const cluster of [hub, b]) await createNamespace(cluster, BARE_NAMESPACE);
    const bare: Source[] = [];
    for (let slice = 0; slice < changing.length; slice++) {
      bare.push(await Source.create(server, exportedEndpointSlices, bareRecord(shape, slice)));
    }
    const broken = Promise.withResolvers<never>();
    broken.promise.catch(() => {});
    const servers = { hub: accessFrom(hub.kubeconfig), b: accessFrom(b.kubeconfig) };
    const config: RelayConfig = { shape, slices: bare.length, ...servers };
    const relay = startReady<RelayReady>({ name: 'relay', file: RELAY, config }, stack, broken.reject);
    const { pid } = await Promise.race([relay, broken.promise]);
    const observing = stack.adopt(new Observing(observed(hub, b)), (it) => it.stop());
    broken.promise.catch((error: Error) => observing.fail(error));
    await observing.ready();
    for (const lane of LANES) await observing.arrived(lane, changing.length);
    return new ChangeCosts(observing, pid, { product: changing, bare }, firstChange(shape));
  }

  /** So many changes of each lane, in turns; the importer stands still while they are not its own. */
  async measure(importer: Agent, changes: number): Promise<ChangeCost> {
    const cost: Record<Lane, number> = { product: 0, bare: 0 };
    for (const lane of TURNS) cost[lane] += await this.#turn(importer, lane, changes);
    const turns = TURNS.length / LANES.length;
    return { changes: turns * changes, importerMs: cost.product, relayMs: cost.bare };
  }

  async #turn(importer: Agent, lane: Lane, changes: number): Promise<number> {
    if (lane === 'bare') freeze([importer]);
    try {
      const pid = lane === 'product' ? importer.program.pid : this.#relayPid;
      await this.#observing.begin(lane);
      const before = processorMs(pid);
      await this.#change(lane, changes);
      await this.#observing.arrived(lane, changes);
      return processorMs(pid) - before;
    } finally {
      if (lane === 'bare') await thaw([importer]);
    }
  }

  /** One after the other, at a steady rate. */
  async #change(lane: Lane, changes: number): Promise<void> {
    const began = performance.now();
    for (let made = 0; made < changes; made++) {
      await sleep(Math.max(0, began + (1_000 * made) / PER_SECOND - performance.now()));
      await this.#sources[lane][made % this.#sources[lane].length]?.change(this.#number++);
    }
  }
}
