import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
import { Agent } from '#test/driver/agent.ts';
import { impatientClock } from '#test/driver/impatient-clock.ts';
import { type AgentFiles, TestSet } from '#test/driver/set.ts';
import { startFaultProxy } from '#test/proxy/fault-proxy.ts';
import { AuditTail } from './audit-tail.ts';
import type { Reach } from './hand.ts';
import { Link } from './link.ts';
import { type LinkEnd, MEMBERS, type MemberId } from './script.ts';
import { Watched } from './watched.ts';

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

/** The one that knows IPv4 alone. */
const FOUR_ONLY: MemberId = MEMBERS[0];

/**
 * A hub and three members on API servers of their own, each agent behind two fault proxies, and everything
 * watched. Made once: histories follow each other on it, each in a namespace of its own.
 */
export class Rig implements Reach {
  readonly set: TestSet;
  readonly records: {
    reports: Watched<IMemberReport>;
    services: Watched<IExportedService>;
    slices: Watched<IExportedEndpointSlice>;
  };
  readonly hubAudit: AuditTail;
  readonly #places: ReadonlyMap<MemberId, Place>;
  readonly #changed: Set<() => void>;

  private constructor(
    set: TestSet,
    places: ReadonlyMap<MemberId, Place>,
    records: Rig['records'],
    changed: Set<() => void>,
  ) {
    this.set = set;
    this.#places = places;
    this.records = records;
    this.#changed = changed;
    this.hubAudit = new AuditTail(set.clusters.hub);
  }

  static async open(): Promise<Rig> {
    const dual = Object.fromEntries(
      MEMBERS.filter((id) => id !== FOUR_ONLY).map((id) => [id, { stack: 'dual' as const }]),
    );
    const set = await TestSet.openWithoutAgents({
      members: MEMBERS,
      clusters: { audit: true },
      each: dual,
      clock: impatientClock(),
    });
    const changed = new Set<() => void>();
    const tell = () => {
      for (const listener of changed) listener();
    };
    const places = new Map<MemberId, Place>();
    for (const id of MEMBERS) places.set(id, await place(set, id, tell));
    const records = {
      reports: await Watched.open(set.hub, memberReports, tell),
      services: await Watched.open(set.hub, exportedServices, tell),
      slices: await Watched.open(set.hub, exportedEndpointSlices, tell),
    };
    set.startHub();
    const rig = new Rig(set, places, records, changed);
    for (const id of MEMBERS) rig.start(id);
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

  start(id: MemberId): void {
    if (!this.set.agents.has(id)) this.set.startAgent(id, this.place(id).files);
  }

  /** Another agent of the same member, beside the usual one. */
  twin(id: MemberId): Agent {
    return Agent.member({ clusterId: id, ...this.place(id).files }, impatientClock());
  }

  /** As SIGTERM does. */
  async stop(id: MemberId): Promise<void> {
    await this.set.stopAgent(id);
  }

  /** As SIGKILL does: nothing that it still tries gets through. */
  async kill(id: MemberId): Promise<void> {
    const { hub, own } = this.place(id).links;
    const ends = [await hub.begin({ fault: 'refuse', at: id, link: 'hub' })];
    ends.push(await own.begin({ fault: 'refuse', at: id, link: 'own' }));
    await this.set.stopAgent(id);
    for (const end of ends) await end();
  }

  /** Forgets what was seen in a namespace, and what the programs have said. */
  forget(namespace: string): void {
    for (const [id, { watches, links }] of this.#places) {
      for (const watched of Object.values(this.records)) watched.forget(memberNamespace(id));
      for (const watched of Object.values(watches)) watched.forget(namespace);
      for (const link of Object.values(links)) link.forget();
    }
    for (const { log } of this.set.agents.values()) log.length = 0;
  }

  /** Writes what the programs have said during this history, one JSON line each. */
  keepLogs(folder: string, history: string): void {
    mkdirSync(folder, { recursive: true });
    for (const [id, { log }] of this.set.agents) {
      const lines = log.map((line) => `${JSON.stringify(line)}\n`).join('');
      writeFileSync(join(folder, `${history}-${id}.log`), lines);
    }
  }

  async close(): Promise<void> {
    const watches = [...this.#places.values()].flatMap((one) => Object.values(one.watches));
    const all = [...watches, ...Object.values(this.records)];
    await Promise.all([...this.set.agents.keys()].map((id) => this.set.stopAgent(id)));
    const closed = await Promise.allSettled(all.map((watched) => watched.close()));
    await Promise.all(this.links.map(({ proxy }) => proxy.close()));
    await this.set.close();
    for (const result of closed) if (result.status === 'rejected') throw result.reason;
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
    links: { hub: new Link(toHub), own: new Link(toOwn) },
    watches: {
      imports: await Watched.open(client, serviceImports, changed),
      services: await Watched.open(client, services, changed),
      slices: await Watched.open(client, endpointSlices, changed),
      exports: await Watched.open(client, serviceExports, changed),
    },
    audit: new AuditTail(set.cluster(id)),
    uid: metadata.uid ?? '',
  };
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
