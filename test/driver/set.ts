import type { MemberConfig } from '#src/config/member.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { connect } from '#src/kube/connect.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import type { Cluster, ClusterSpec } from '#test/clusters/provider.ts';
import { type ClusterSet, startClusters } from '#test/clusters/start.ts';
import { Agent } from './agent.ts';
import { MemberCluster } from './cluster.ts';
import { admitMember, HUB_CRDS, installHub, installMember, MEMBER_CRDS } from './install.ts';

export interface SetOptions {
  /** Ids of the members; `zzzc`, `shbt`, `bjpdc` unless told. */
  members?: readonly string[];
  /** What every cluster of the set has besides an API server. */
  clusters?: Partial<ClusterSpec>;
}

/** The kubeconfigs of one member's agent, as files. */
export interface AgentFiles {
  kubeconfig: string;
  hubKubeconfig: string;
}

/**
 * A hub and its members on real API servers, with Tombolo installed and its programs running. One per test
 * file: open it in `beforeAll`, close it in `afterAll`.
 */
export class TestSet {
  readonly clusters: ClusterSet;
  /** The hub, with the admin's credentials. */
  readonly hub: KubeClient;
  readonly members: readonly MemberCluster[];
  readonly #files = new Map<string, AgentFiles>();
  readonly #agents = new Map<string, Agent>();
  #hubKubeconfig = '';

  private constructor(clusters: ClusterSet) {
    this.clusters = clusters;
    this.hub = adminOf(clusters.hub);
    this.members = clusters.members.map((cluster) => new MemberCluster(cluster.name, adminOf(cluster)));
  }

  /** Starts the clusters, installs Tombolo and starts the hub's controller and every agent. */
  static async open(options: SetOptions = {}): Promise<TestSet> {
    const set = await TestSet.openWithoutAgents(options);
    set.startHub();
    for (const { id } of set.members) set.startAgent(id);
    return set;
  }

  /** The same with nothing of Tombolo's running yet. */
  static async openWithoutAgents({
    members = ['zzzc', 'shbt', 'bjpdc'],
    clusters = {},
  }: SetOptions = {}): Promise<TestSet> {
    const running = await startClusters({
      hub: { name: 'hub', crds: [HUB_CRDS], ...clusters },
      members: members.map((name) => ({ name, crds: [MEMBER_CRDS], ...clusters })),
    });
    const set = new TestSet(running);
    await set.#install();
    return set;
  }

  async #install(): Promise<void> {
    const { workspace, hub, members } = this.clusters;
    this.#hubKubeconfig = workspace.write('agent-hub.kubeconfig', await installHub(hub));
    await Promise.all(
      members.map(async (member) => {
        const kubeconfig = workspace.write(`agent-${member.name}.kubeconfig`, await installMember(member));
        const hubKubeconfig = workspace.write(
          `agent-${member.name}-hub.kubeconfig`,
          await admitMember(hub, member.name),
        );
        this.#files.set(member.name, { kubeconfig, hubKubeconfig });
      }),
    );
  }

  member(id: string): MemberCluster {
    return found(
      this.members.find((member) => member.id === id),
      id,
    );
  }

  /** The same cluster as a thing that can be stopped, restored or audited. */
  cluster(id: string): Cluster {
    return found(
      [this.clusters.hub, ...this.clusters.members].find(({ name }) => name === id),
      id,
    );
  }

  files(id: string): AgentFiles {
    return found(this.#files.get(id), id);
  }

  agent(id: string): Agent {
    return found(this.#agents.get(id), id);
  }

  startHub(): Agent {
    const agent = Agent.hub({ kubeconfig: this.#hubKubeconfig });
    this.#agents.set('hub', agent);
    return agent;
  }

  startAgent(id: string, config: Partial<MemberConfig> = {}): Agent {
    const agent = Agent.member({ clusterId: id, ...this.files(id), ...config });
    this.#agents.set(id, agent);
    return agent;
  }

  /** Stops a member's agent, or the hub's controller, as SIGTERM would. */
  async stopAgent(id: string): Promise<void> {
    await this.#agents.get(id)?.stop();
    this.#agents.delete(id);
  }

  /**
   * Resolves when everything that was written before this call has travelled: a marker is exported from every
   * member behind it, seen in every member, and withdrawn again. For "nothing happened" after it.
   */
  async settle(namespace: string): Promise<void> {
    const marker = `marker-${Math.random().toString(36).slice(2, 8)}`;
    await Promise.all(this.members.map((member) => member.marks(namespace, marker)));
    const ids = this.members.map(({ id }) => id).sort();
    await Promise.all(
      this.members.map((member) =>
        member.awaitImport(namespace, marker, ({ status }) => {
          const seen = (status?.clusters ?? []).map(({ cluster }) => cluster).sort();
          if (seen.join() !== ids.join()) throw new Error(`it comes from [${seen}]`);
        }),
      ),
    );
    await Promise.all(this.members.map((member) => member.unexports(namespace, marker)));
    await Promise.all(this.members.map((member) => member.awaitNoImport(namespace, marker)));
  }

  /** Stops every program and every cluster, and removes all files. Rejects with what an agent failed with. */
  async close(): Promise<void> {
    const stopped = await Promise.allSettled([...this.#agents.values()].map((agent) => agent.stop()));
    await Promise.all(
      [this.hub, ...this.members.map(({ client }) => client)].map((client) => client.close()),
    );
    await this.clusters.stop();
    for (const result of stopped) if (result.status === 'rejected') throw result.reason;
  }
}

function adminOf({ name, kubeconfig }: Cluster): KubeClient {
  return connect({ cluster: name, kubeconfig: { text: kubeconfig }, clock: systemClock() });
}

function found<T>(thing: T | undefined, id: string): T {
  if (thing === undefined) throw new Error(`the set has no ${id}`);
  return thing;
}
