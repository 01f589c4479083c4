import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { connect } from '#src/kube/connect.ts';
import type { Clock } from '#src/runtime/clock.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import { type FaultProxy, startFaultProxy } from '#test/proxy/fault-proxy.ts';
import { clusterUnderTest } from './cluster.ts';

/** One API server, a fault proxy before it, and clients on either side of the proxy. */
export class Rig {
  readonly cluster: Cluster;
  readonly proxy: FaultProxy;
  /** Straight to the server, for what the world does. */
  readonly world: KubeClient;
  readonly #ends: (() => Promise<unknown>)[] = [];
  #named = 0;

  private constructor(cluster: Cluster, proxy: FaultProxy) {
    this.cluster = cluster;
    this.proxy = proxy;
    this.world = connect({
      cluster: 'world',
      kubeconfig: { text: cluster.kubeconfig },
      clock: systemClock(),
    });
  }

  static async start(): Promise<Rig> {
    const running = await clusterUnderTest();
    const rig = new Rig(running.cluster, await startFaultProxy({ target: running.cluster.kubeconfig }));
    rig.#ends.push(() => running.stop());
    rig.#ends.push(() => rig.proxy.close());
    rig.#ends.push(() => rig.world.close());
    return rig;
  }

  /** A client whose requests go through the proxy. */
  through(clock: Clock = systemClock(), kubeconfig: string = this.proxy.kubeconfig): KubeClient {
    const client = connect({ cluster: 'test', kubeconfig: { text: kubeconfig }, clock });
    this.#ends.push(() => client.close());
    return client;
  }

  /** A namespace of its own for each test: nothing that others leave behind is seen. */
  async namespace(): Promise<string> {
    const name = `runtime-${++this.#named}-${Date.now().toString(36)}`;
    await this.world.create(namespaces, { metadata: { name } });
    return name;
  }

  /** A folder that goes with the rig. */
  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'runtime-'));
    this.#ends.push(() => rm(folder, { recursive: true, force: true }));
    return folder;
  }

  async stop(): Promise<void> {
    for (const end of this.#ends.reverse()) await end();
  }
}
