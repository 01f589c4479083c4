import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportedEndpointSlices, type IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices, type IExportedService } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { type IMemberReport, memberReports } from '#apis/hub/member-report.ts';
import { endpointSlices, type IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { IDENTITY_NAMESPACE, namespaces } from '#apis/kubernetes/namespace.ts';
import { type IService, services } from '#apis/kubernetes/service.ts';
import { type IServiceExport, serviceExports } from '#apis/multicluster/service-export.ts';
import { type IServiceImport, serviceImports } from '#apis/multicluster/service-import.ts';
import type { KubeClient } from '#src/kube/client.ts';
import type { Cluster, RevisionMode } from '#test/clusters/provider.ts';
import { Agent, type LogLine } from '#test/driver/agent.ts';
import { AgentProcess } from '#test/driver/agent-process.ts';
import { impatientClock } from '#test/driver/impatient-clock.ts';
import { type AgentFiles, TestSet } from '#test/driver/set.ts';
import { startFaultProxy } from '#test/proxy/fault-proxy.ts';
import { AuditTail, SMALL_LOGS } from './audit-tail.ts';
import { installDenials } from './denial.ts';
import type { Reach } from './hand.ts';
import type { HubReach } from './hub-admin.ts';
import { Link } from './link.ts';
import { type LinkEnd, MEMBERS, type MemberId } from './script.ts';
import { allOf, Watched } from './watched.ts';

/** What is watched in a member's own cluster. */
export interface MemberWatches {
  imports: Watched<IServiceImport>;
  services: Watched<IService>;
  slices: Watched<IEndpointSlice>;
  exports: Watched<IServiceExport>;
}

interface Place {
  watches: MemberWatches;
  links: Record<LinkEnd, Link>;
  files: AgentFiles;
  audit: AuditTail;
  uid: string;
}

export interface RigOptions {
  /** Members' agents are processes of their own, at the pace of the machine's clock; unless told they run in this one. */
  processes?: boolean;
}

/** The one that knows IPv4 alone. */
const FOUR_ONLY: MemberId = MEMBERS[0];

/**
 * A hub and three members on API servers of their own, each agent behind two fault proxies, and everything
 * watched. Made once: rounds of histories follow each other on it, each history in a namespace of its own.
 */
export class Rig implements Reach, HubReach {
  readonly set: TestSet;
  readonly records: {
    reports: Watched<IMemberReport>;
    services: Watched<IExportedService>;
    slices: Watched<IExportedEndpointSlice>;
  };
  readonly hubAudit: AuditTail;
  readonly #places: ReadonlyMap<MemberId, Place>;
  readonly #changed: Set<() => void>;
  /** By agents that have ended. */
  readonly #said: { id: MemberId; line: LogLine }[] = [];
  readonly #serversDown = new Set<MemberId | 'hub'>();
  /** Where agents are processes: those that run. */
  readonly #processes: Map<MemberId, AgentProcess> | undefined;

  private constructor(
    set: TestSet,
    places: ReadonlyMap<MemberId, Place>,
    records: Rig['records'],
    changed: Set<() => void>,
    processes: boolean,
  ) {
    this.#processes = processes ? new Map() : undefined;
    this.set = set;
    this.#places = places;
    this.records = records;
    this.#changed = changed;
    this.hubAudit = auditOf(set.clusters.hub);
  }

  static async open({ processes = false }: RigOptions = {}): Promise<Rig> {
    const dual = Object.fromEntries(
      MEMBERS.filter((id) => id !== FOUR_ONLY).map((id) => [id, { stack: 'dual' as const }]),
    );
    const set = await TestSet.openWithoutAgents({
      members: MEMBERS,
      clusters: { audit: true, apiServerFlags: SMALL_LOGS },
      each: dual,
      clock: impatientClock(),
    });
    const changed = new Set<() => void>();
    const tell = () => {
      for (const listener of changed) listener();
    };
    const places = new Map<MemberId, Place>();
    for (const id of MEMBERS) {
      await installDenials(set.cluster(id));
      places.set(id, await place(set, id, tell));
    }
    const records = {
      reports: await Watched.open(allOf(set.hub, memberReports), tell),
      services: await Watched.open(allOf(set.hub, exportedServices), tell),
      slices: await Watched.open(allOf(set.hub, exportedEndpointSlices), tell),
    };
    set.startHub();
    const rig = new Rig(set, places, records, changed, processes);
    await Promise.all(MEMBERS.map((id) => rig.start(id)));
    return rig;
  }

  get hub(): KubeClient {
    return this.set.hub;
  }

  member(id: MemberId): KubeClient {
    return this.set.member(id).client;
  }

  uid(id: MemberId): string {
    return this.place(id).uid;
  }

  place(id: MemberId): Place {
    const found = this.#places.get(id);
    if (found === undefined) throw new Error(`the rig has no ${id}`);
    return found;
  }

  link(id: MemberId, end: LinkEnd): Link {
    return this.place(id).links[end];
  }

  get links(): Link[] {
    return [...this.#places.values()].flatMap(({ links }) => [links.hub, links.own]);
  }

  families(id: MemberId): readonly string[] {
    return id === FOUR_ONLY ? ['IPv4'] : ['IPv4', 'IPv6'];
  }

  /** Calls it after every change anywhere, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#changed.add(listener);
    return () => this.#changed.delete(listener);
  }

  async start(id: MemberId): Promise<void> {
    const { files } = this.place(id);
    if (this.#processes === undefined) {
      if (!this.set.agents.has(id)) this.set.startAgent(id, files);
    } else if (!this.#processes.has(id)) {
      const paths = ['--kubeconfig', files.kubeconfig, '--hub-kubeconfig', files.hubKubeconfig];
      this.#processes.set(id, await AgentProcess.member(this.set, id, ...paths, '--log-level', 'debug'));
    }
  }

  /** A member's agent, where agents are processes. Throws while it is down. */
  process(id: MemberId): AgentProcess {
    const running = this.#processes?.get(id);
    if (running === undefined) throw new Error(`no process of ${id} runs`);
    return running;
  }

  /** Another agent of the same member, beside the usual one. */
  twin(id: MemberId): Agent {
    return Agent.member({ clusterId: id, ...this.place(id).files }, impatientClock());
  }

  /** As SIGTERM does. */
  async stop(id: MemberId): Promise<void> {
    await this.#processes?.get(id)?.terminate();
    this.#processes?.delete(id);
    await this.#ends(id);
  }

  /** As SIGKILL does: nothing that it still tries gets through. */
  async kill(id: MemberId): Promise<void> {
    await this.#processes?.get(id)?.kill();
    if (this.#processes?.delete(id)) return;
    const { hub, own } = this.place(id).links;
    const ends = [await hub.begin({ fault: 'refuse', at: id, link: 'hub' })];
    ends.push(await own.begin({ fault: 'refuse', at: id, link: 'own' }));
    await this.#ends(id);
    for (const end of ends) await end();
  }

  async #ends(id: MemberId): Promise<void> {
    const log = this.set.agents.get(id)?.log ?? [];
    await this.set.stopAgent(id);
    this.#said.push(...log.map((line) => ({ id, line })));
  }

  isUp(server: MemberId | 'hub'): boolean {
    return !this.#serversDown.has(server);
  }

  /** An API server dies (SIGKILL); the returned function starts it again. `compacted`: it then knows nothing of the past. */
  async kills(server: MemberId | 'hub', compacted: boolean): Promise<() => Promise<void>> {
    if (!this.isUp(server)) return async () => {};
    const { apiServer, etcd } = this.set.cluster(server);
    const links = server === 'hub' ? MEMBERS.map((id) => this.link(id, 'hub')) : [this.link(server, 'own')];
    this.#serversDown.add(server);
    const troubles = links.map((link) => link.troubled());
    await apiServer.kill();
    const silences = links.map((link) => link.silent());
    return async () => {
      if (compacted) await etcd.compact();
      // It answers others before we know.
      for (const over of silences) over();
      await apiServer.start();
      this.#serversDown.delete(server);
      for (const over of troubles) over();
    };
  }

  /** Saves the hub's database; the returned function puts it back. */
  async savesHub(mode: RevisionMode): Promise<() => Promise<void>> {
    const { etcd } = this.set.clusters.hub;
    const snapshot = await etcd.save();
    return async () => {
      const troubles = MEMBERS.map((id) => this.link(id, 'hub').troubled());
      await etcd.restore(snapshot, mode);
      rmSync(snapshot);
      for (const watched of Object.values(this.records)) watched.listsAgain();
      for (const over of troubles) over();
    };
  }

  /** Keeps from now on what is seen in these namespaces. */
  follow(namespaces: readonly string[]): void {
    for (const [id, { watches }] of this.#places) {
      for (const watched of Object.values(this.records)) watched.follow(memberNamespace(id));
      for (const watched of Object.values(watches)) for (const one of namespaces) watched.follow(one);
    }
  }

  /** Forgets what was seen in these namespaces, and what the programs have said. */
  forget(namespaces: readonly string[]): void {
    for (const [id, { watches, links }] of this.#places) {
      for (const watched of Object.values(this.records)) watched.forget(memberNamespace(id));
      for (const watched of Object.values(watches)) for (const one of namespaces) watched.forget(one);
      for (const link of Object.values(links)) link.forget();
    }
    for (const { log } of this.set.agents.values()) log.length = 0;
    this.#said.length = 0;
  }

  /** Writes what the programs have said during this round, one JSON line each. */
  keepLogs(folder: string, round: string): void {
    mkdirSync(folder, { recursive: true });
    for (const [id, { log }] of this.set.agents) {
      const before = this.#said.filter((one) => one.id === id).map(({ line }) => line);
      const lines = [...before, ...log].map((line) => `${JSON.stringify(line)}\n`).join('');
      writeFileSync(join(folder, `${round}-${id}.log`), lines);
    }
    for (const [id, { output }] of this.#processes ?? []) {
      writeFileSync(join(folder, `${round}-${id}.log`), output);
    }
  }

  async close(): Promise<void> {
    const watches = [...this.#places.values()].flatMap((one) => Object.values(one.watches));
    const all = [...watches, ...Object.values(this.records)];
    await Promise.all([...this.set.agents.keys()].map((id) => this.set.stopAgent(id)));
    await Promise.all(MEMBERS.map((id) => this.stop(id)));
    await Promise.all(all.map((watched) => watched.close()));
    await Promise.all(this.links.map(({ proxy }) => proxy.close()));
    for (const audit of [this.hubAudit, ...[...this.#places.values()].map((one) => one.audit)]) audit.close();
    await this.set.close();
  }
}

async function place(set: TestSet, id: MemberId, changed: () => void): Promise<Place> {
  const { client } = set.member(id);
  const { workspace, hub } = set.clusters;
  const direct = set.files(id);
  const toHub = await startFaultProxy({ target: hub.kubeconfig });
  const toOwn = await startFaultProxy({ target: set.cluster(id).kubeconfig });
  const write = async (proxy: typeof toHub, end: string, file: string) =>
    workspace.write(
      `history-${id}-${end}.kubeconfig`,
      await proxy.kubeconfigFor(id, readFileSync(file, 'utf8')),
    );
  const { metadata } = await client.get(namespaces, { name: IDENTITY_NAMESPACE });
  return {
    files: {
      hubKubeconfig: await write(toHub, 'hub', direct.hubKubeconfig),
      kubeconfig: await write(toOwn, 'own', direct.kubeconfig),
    },
    links: { hub: new Link(toHub, versionOf(set.hub)), own: new Link(toOwn, versionOf(client)) },
    watches: {
      imports: await Watched.open(allOf(client, serviceImports), changed),
      services: await Watched.open(allOf(client, services), changed),
      slices: await Watched.open(allOf(client, endpointSlices), changed),
      exports: await Watched.open(allOf(client, serviceExports), changed),
    },
    audit: auditOf(set.cluster(id)),
    uid: metadata.uid ?? '',
  };
}

function versionOf(client: KubeClient): () => Promise<string> {
  return async () => (await client.list(namespaces, { limit: 1 })).resourceVersion;
}

function auditOf({ audit, admin }: Cluster): AuditTail {
  return new AuditTail(audit.path, (path) => admin.get(path));
}

/** Records on the hub that are about a namespace of the members'. */
export function recordsOf<T extends { metadata: { name: string } }>(
  watched: { present(namespace: string): T[] },
  id: MemberId,
  namespace: string,
): T[] {
  return watched
    .present(memberNamespace(id))
    .filter(({ metadata }) => metadata.name.startsWith(`${namespace}.`));
}
