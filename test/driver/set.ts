import type { HubConfig } from '#src/config/hub.ts';
import type { MemberConfig } from '#src/config/member.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { connect } from '#src/kube/connect.ts';
import type { Clock } from '#src/runtime/clock.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import type { Progress } from '#test/clusters/progress.ts';
import type { Cluster, ClusterSpec } from '#test/clusters/provider.ts';
import { type ClusterSet, startClusters } from '#test/clusters/start.ts';
import { Agent } from './agent.ts';
import { MemberCluster } from './cluster.ts';
import { HubAdmin } from './hub-admin.ts';
import {
  applyClusterSet,
  applyMember,
  grantHub,
  grantMember,
  HUB_CRDS,
  installMember,
  MEMBER_CRDS,
} from './install.ts';

export interface SetOptions {
  /** Ids of the members; `zzzc`, `shbt`, `bjpdc` unless told. */
  members?: readonly string[];
  /** What every cluster of the set has besides an API server. */
  clusters?: Partial<ClusterSpec>;
  /** What single clusters have besides that, by name; the hub's is `hub`. Without `crds` a hub has only its grants. */
  each?: Readonly<Record<string, Partial<ClusterSpec>>>;
  /** Whether the members' clusters are ready for an agent, which is what joining does; true unless told. */
  installed?: boolean;
  /** The member in whose own cluster the hub lives; a cluster of its own unless told. */
  hubIn?: string;
  /** What the programs take for time; the machine's clock unless told. */
  clock?: Clock;
  /** Where the start of the clusters is told; only what takes long is, unless given. */
  progress?: Progress;
}

/** How the names of those exports begin that `settle` makes and withdraws. */
export const MARKER = 'marker-';

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
  readonly hubAdmin: HubAdmin;
  readonly members: readonly MemberCluster[];
  readonly #files = new Map<string, AgentFiles>();
  readonly #agents = new Map<string, Agent>();
  readonly #clock: Clock | undefined;
  #hubKubeconfig = '';

  private constructor(clusters: ClusterSet, clock: Clock | undefined) {
    this.clusters = clusters;
    this.#clock = clock;
    this.hub = adminOf(clusters.hub);
    this.hubAdmin = new HubAdmin(clusters.hub, this.hub);
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
    each = {},
    installed = true,
    hubIn,
    clock,
    progress,
  }: SetOptions = {}): Promise<TestSet> {
    const spec = (name: string, ...crds: string[]) => ({ name, crds, ...clusters, ...each[name] });
    const running = await startClusters(
      {
        hub: hubIn === undefined ? spec('hub', HUB_CRDS) : spec(hubIn, HUB_CRDS, MEMBER_CRDS),
        members: members.filter((name) => name !== hubIn).map((name) => spec(name, MEMBER_CRDS)),
      },
      progress === undefined ? {} : { progress },
    );
    const { hub } = running;
    const set = new TestSet(
      hubIn === undefined ? running : { ...running, members: [hub, ...running.members] },
      clock,
    );
    await Promise.all([
      each['hub']?.crds?.length === 0 ? set.grantAccess() : set.installHub(),
      ...(installed ? set.clusters.members.map((member) => set.#installMember(member)) : []),
    ]);
    return set;
  }

  async #installMember(member: Cluster): Promise<void> {
    const { workspace } = this.clusters;
    const kubeconfig = workspace.write(`agent-${member.name}.kubeconfig`, await installMember(member));
    const hubKubeconfig = workspace.file(`agent-${member.name}-hub.kubeconfig`);
    this.#files.set(member.name, { kubeconfig, hubKubeconfig });
  }

  /** Makes the hub's cluster a hub, and enters every member; the CRDs must be there. On a wiped one, another hub. */
  async installHub(): Promise<void> {
    const { hub } = this.clusters;
    await this.grantAccess();
    await Promise.all([applyClusterSet(hub), ...this.members.map(({ id }) => applyMember(hub, id))]);
  }

  /** Gives everybody account and rights on the hub, and writes new credentials to the files of old ones. */
  async grantAccess(): Promise<void> {
    const { workspace, hub } = this.clusters;
    this.#hubKubeconfig = workspace.write('agent-hub.kubeconfig', await grantHub(hub));
    await Promise.all(this.members.map(({ id }) => this.grantMember(id)));
  }

  /** The same for one member. */
  async grantMember(id: string): Promise<void> {
    const { workspace, hub } = this.clusters;
    workspace.write(`agent-${id}-hub.kubeconfig`, await grantMember(hub, id));
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

  /** From now on the member's agent is started with these: somebody else has made its cluster ready. */
  gives(id: string, files: AgentFiles): void {
    this.#files.set(id, files);
  }

  /** The programs that run in this process, by member id and `hub`. */
  get agents(): ReadonlyMap<string, Agent> {
    return this.#agents;
  }

  agent(id: string): Agent {
    return found(this.#agents.get(id), id);
  }

  /** The kubeconfig of the hub's controller, as a file. */
  get hubKubeconfig(): string {
    return this.#hubKubeconfig;
  }

  /** `clock` is this program's own; the set's unless told. */
  startHub(config: Partial<HubConfig> = {}, clock: Clock | undefined = this.#clock): Agent {
    const agent = Agent.hub({ kubeconfig: this.#hubKubeconfig, ...config }, clock);
    this.#agents.set('hub', agent);
    return agent;
  }

  /** `clock` is this agent's own; the set's unless told. */
  startAgent(id: string, config: Partial<MemberConfig> = {}, clock: Clock | undefined = this.#clock): Agent {
    const agent = Agent.member({ clusterId: id, ...this.files(id), ...config }, clock);
    this.#agents.set(id, agent);
    return agent;
  }

  /** Stops a member's agent, or the hub's controller, as SIGTERM would. */
  async stopAgent(id: string): Promise<void> {
    await this.#agents.get(id)?.stop();
    this.#agents.delete(id);
  }

  async restartAgent(id: string, config: Partial<MemberConfig> = {}): Promise<Agent> {
    await this.stopAgent(id);
    return this.startAgent(id, config);
  }

  /**
   * Resolves when everything that was written before this call has travelled: a marker is exported from every
   * member behind it, seen in every member, and withdrawn again. For "nothing happened" after it.
   */
  async settle(namespace: string): Promise<void> {
    const marker = `${MARKER}${Math.random().toString(36).slice(2, 8)}`;
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
