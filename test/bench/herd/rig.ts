import { type IMember, members } from '#apis/hub/member.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { connect } from '#src/kube/connect.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { until } from '#test/clusters/machine/until.ts';
import { type ClusterSet, startClusters } from '#test/clusters/start.ts';
import { admitMember, HUB_CRDS, installHub, MEMBER_CRDS } from '#test/driver/install.ts';
import { Publishers, slicesOfAService } from '#test/driver/publishers.ts';
import { startAgent } from '../rig/agent.ts';
import { Link } from '../rig/link.ts';
import { createNamespace } from '../rig/namespace.ts';
import { Program } from '../rig/program.ts';
import type { AgentPlace, AgentsConfig, AgentsReady } from './agents-side.ts';
import { openWatches } from './watches.ts';

/** Kinds that every member watches on the hub. */
export const WATCHED_KINDS = 5;
/** Agents in one process. */
const TOGETHER = 25;
/** The members that have the hub's content; they exist only as what they publish. */
const PUBLISHERS = { count: 10, endpointsOfASlice: 10 };
/** Slices that one more Service brings. */
export const SLICES_OF_A_SERVICE = slicesOfAService(PUBLISHERS);
const START_TIMEOUT_MS = 600_000;

/** A hub with content, one cluster that all agents share, and agents, more and more of them. */
export class Herd {
  readonly set: ClusterSet;
  readonly #link: Link;
  readonly #stack: AsyncDisposableStack;
  readonly #broken = Promise.withResolvers<never>();
  /** Watches of others than agents. */
  readonly #others: number;
  #size = 0;

  private constructor(set: ClusterSet, link: Link, others: number, stack: AsyncDisposableStack) {
    this.set = set;
    this.#link = link;
    this.#others = others;
    this.#stack = stack;
    this.#broken.promise.catch(() => {});
  }

  /** With so many Services on the hub, and no agent yet. All that is started ends when `stack` is disposed. */
  static async open(services: number, stack: AsyncDisposableStack): Promise<Herd> {
    const set = await startClusters({
      hub: { name: 'hub', crds: [HUB_CRDS], audit: true },
      members: [{ name: 'shared', crds: [MEMBER_CRDS] }],
    });
    stack.defer(() => set.stop());
    const { hub, workspace } = set;
    await startAgent(workspace, { role: 'hub', kubeconfig: await installHub(hub) });
    const client = connect({ cluster: 'hub', kubeconfig: { text: hub.kubeconfig }, clock: systemClock() });
    try {
      const publishers = new Publishers(client, PUBLISHERS);
      await publishers.join();
      await publishers.publish(services);
      await claimed(client, PUBLISHERS.count);
    } finally {
      await client.close();
    }
    const link = stack.adopt(
      await Link.open({ server: hub.server, onFailure: (error) => herd.#broken.reject(error) }),
      (it) => it.close(),
    );
    const herd: Herd = new Herd(set, link, await openWatches(hub), stack);
    return herd;
  }

  get size(): number {
    return this.#size;
  }

  /** Ids of all agents. */
  get ids(): string[] {
    return Array.from({ length: this.#size }, (_, n) => idOf(n));
  }

  /** Watches that agents have open on the hub now. */
  async watches(): Promise<number> {
    return (await openWatches(this.set.hub)) - this.#others;
  }

  /** Starts agents until there are so many; resolves when all of them watch everything. */
  async grow(size: number): Promise<void> {
    for (let first = this.#size; first < size; first += TOGETHER) {
      const places: AgentPlace[] = [];
      for (let n = first; n < Math.min(size, first + TOGETHER); n++) places.push(await this.#admit(idOf(n)));
      this.#start({ kubeconfig: this.#kubeconfigOfShared(), agents: places });
      this.#size = first + places.length;
      await this.alive(this.#watching());
    }
  }

  /** Breaks every connection to the hub. */
  cut(): void {
    this.#link.cut();
  }

  /** Restarts the hub's API server. Resolves with a moment when it was down, in milliseconds since the epoch. */
  async restart(): Promise<number> {
    const { apiServer } = this.set.hub;
    await apiServer.stop();
    const down = Date.now();
    await apiServer.start();
    return down;
  }

  /** Rejects where a part of the rig breaks before `work` is done. */
  alive<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#broken.promise]);
  }

  async #watching(): Promise<void> {
    const all = async () => (await this.watches()) === this.#size * WATCHED_KINDS;
    await until('every agent watches everything', all, { timeoutMs: START_TIMEOUT_MS, everyMs: 500 });
  }

  async #admit(clusterId: string): Promise<AgentPlace> {
    const { hub, workspace } = this.set;
    const kubeconfig = this.#link.through(await admitMember(hub, clusterId));
    const agentNamespace = `agent-${clusterId}`;
    await createNamespace(this.#shared, agentNamespace);
    return {
      clusterId,
      agentNamespace,
      hubKubeconfig: workspace.write(`${clusterId}.kubeconfig`, kubeconfig),
    };
  }

  #start(config: AgentsConfig): void {
    this.#stack.adopt(
      new Program<never, AgentsReady>(
        `agents from ${config.agents[0]?.clusterId}`,
        new URL('./agents-side.ts', import.meta.url),
        config,
        () => {},
        (error) => this.#broken.reject(error),
      ),
      (program) => program.stop(),
    );
  }

  get #shared() {
    const [shared] = this.set.members;
    if (shared === undefined) throw new Error('the rig needs a cluster for the agents');
    return shared;
  }

  #kubeconfigOfShared(): string {
    return this.#shared.kubeconfigPath;
  }
}

const idOf = (n: number): string => `m${n}`;

async function claimed(hub: KubeClient, count: number): Promise<void> {
  await until('every publisher is claimed', async () => {
    const { items } = await hub.list(members, {});
    return items.filter((member: IMember) => member.status?.claimedUID !== undefined).length === count;
  });
}
