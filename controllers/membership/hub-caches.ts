import { isDeepStrictEqual } from 'node:util';
import { CLUSTER_SET_NAME, clusterSets, type IClusterSet } from '#apis/hub/cluster-set.ts';
import { exportedSliceName, type IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServiceName, type IExportedService } from '#apis/hub/exported-service.ts';
import { claimedUID, clusterOfNamespace, type IMember, memberNamespace } from '#apis/hub/member.ts';
import { type IMemberReport, REPORT_NAME } from '#apis/hub/member-report.ts';
import type { KubeObject } from '#apis/meta.ts';
import { type Evidence, evidenceFrom, NO_EVIDENCE } from '#controllers/absence/evidence.ts';
import type { RecordView } from '#controllers/endpoints/views.ts';
import type { Informer } from '#src/cache/contract.ts';
import { cacheKey } from '#src/cache/lister.ts';
import type { KubeClient } from '#src/kube/client.ts';
import type { Clock } from '#src/runtime/clock.ts';
import { Confirmation, type HubAnswer } from './confirmation.ts';
import type { HubView } from './hub-view.ts';
import { type IdentityVerdict, judgeIdentity, standsFor } from './identity.ts';
import { BY_MEMBER, BY_SERVICE } from './indexes.ts';
import type { AgentState } from './state.ts';

/** The cache of one hub kind, as the view needs it; exported kinds carry the indexes of indexes.ts. */
export type HubKind<T extends KubeObject, V extends KubeObject = T> = Pick<
  Informer<T, V>,
  | 'get'
  | 'byIndex'
  | 'synced'
  | 'health'
  | 'version'
  | 'addListener'
  | 'waitForSync'
  | 'resource'
  | 'onHealthChange'
  | 'relist'
>;

/** Caches of all that a member reads on the hub. */
export interface HubKinds {
  clusterSets: HubKind<IClusterSet>;
  members: HubKind<IMember> & Pick<Informer<IMember>, 'list'>;
  memberReports: HubKind<IMemberReport> & Pick<Informer<IMemberReport>, 'list'>;
  exportedServices: HubKind<IExportedService>;
  exportedEndpointSlices: HubKind<IExportedEndpointSlice, RecordView>;
}

export interface HubCachesDeps {
  /** This member's cluster id. */
  cluster: string;
  kinds: HubKinds;
  /** The agent's memory: to which ClusterSet it belongs. */
  state: { readonly current: AgentState | undefined };
  /** `--accept-clusterset-uid`. */
  admitted: string | undefined;
  /** The hub, asked only for who it is, and only when its connections were lost. */
  client: Pick<KubeClient, 'list'>;
  clock: Pick<Clock, 'after' | 'monotonic'>;
}

/**
 * The hub as a member believes it. Whether it is readable is asked of the caches at every question, never
 * remembered: a ClusterSet of another hub closes the view in the tick in which it enters its cache.
 */
export class HubCaches implements HubView {
  readonly #kinds: HubKinds;
  readonly #deps: HubCachesDeps;
  readonly #evidence: Evidence;
  readonly #confirmation: Confirmation;
  readonly #listeners: (() => void)[] = [];

  constructor(deps: HubCachesDeps) {
    this.#deps = deps;
    this.#kinds = deps.kinds;
    this.#evidence = evidenceFrom(this);
    this.#confirmation = new Confirmation({
      ask: (signal) => this.#ask(signal),
      clock: deps.clock,
      clusterSets: deps.kinds.clusterSets,
      others: this.#informers().slice(1),
      accepted: () => deps.state.current?.clusterSetUID,
      cached: () => deps.kinds.clusterSets.get(CLUSTER_SET_NAME)?.metadata.uid,
      onSettled: () => this.turn(),
    });
    // The set's rules and the own Member's (claim, namespaces) bear on everything that a member does. Whether others
    // find it reachable bears on its report alone.
    deps.kinds.clusterSets.addListener(() => this.turn());
    deps.kinds.members.addListener(({ key, oldObject, newObject }) => {
      if (key === deps.cluster && !isDeepStrictEqual(rulesOf(oldObject), rulesOf(newObject))) this.turn();
    });
  }

  /** Turns once every first list is in, and settles doubts about who the hub is, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const synced = Promise.all(this.#informers().map((informer) => informer.waitForSync(signal)));
    await Promise.all([synced.then(() => this.turn()), this.#confirmation.run(signal)]);
  }

  /** What the hub shows is not believed before it has said again who it is. */
  doubt(): void {
    this.#confirmation.doubt();
  }

  /** The hub is another one: should the known one come back, none of what the caches hold by then counts. */
  distrust(): void {
    this.#confirmation.taint();
  }

  /**
   * To be awaited before anything is created on the hub: updates and deletes are fenced by what they are about,
   * a create would succeed on any hub. Free while the ClusterSet's watch stands; a read where it does not.
   * Rejects where it is not the known hub. A doubt that comes up behind it holds the create: see connectMember.
   */
  async confirm(signal: AbortSignal): Promise<void> {
    if (this.readable && this.#kinds.clusterSets.health.state === 'live') return;
    const { uid } = await this.#ask(signal);
    if (uid !== undefined && uid === this.#deps.state.current?.clusterSetUID) return;
    this.doubt();
    throw new Error(
      'the hub under the known address does not have the ClusterSet that this agent belongs to',
    );
  }

  /** UID of the ClusterSet under the hub's address now, whatever the caches are of; undefined: it has none. */
  async whoAnswers(signal: AbortSignal): Promise<string | undefined> {
    return (await this.#ask(signal)).uid;
  }

  /** Has everything looked at again: for who changes the accepted identity or the re-assert floor. */
  turn(): void {
    for (const listener of this.#listeners) listener();
  }

  onTurn(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Whether this is the hub that the agent belongs to. */
  get identity(): IdentityVerdict {
    return judgeIdentity({
      clusterSet: this.#kinds.clusterSets.get(CLUSTER_SET_NAME),
      accepted: this.#deps.state.current?.clusterSetUID,
      admitted: this.#deps.admitted,
    });
  }

  get readable(): boolean {
    const accepted = this.#deps.state.current?.clusterSetUID;
    if (accepted === undefined) return false;
    const kinds = this.#kinds;
    return (
      !this.#confirmation.doubtful &&
      kinds.clusterSets.get(CLUSTER_SET_NAME)?.metadata.uid === accepted &&
      kinds.clusterSets.synced &&
      kinds.members.synced &&
      kinds.memberReports.synced &&
      kinds.exportedServices.synced &&
      kinds.exportedEndpointSlices.synced
    );
  }

  get whyUnreadable(): string | undefined {
    if (this.readable) return undefined;
    const { identity } = this;
    if (identity.is === 'foreign') return identity.why;
    const missing = this.#informers().filter(({ synced }) => !synced);
    if (missing.length > 0) {
      const names = missing.map(({ resource, health }) =>
        health.lastError === undefined ? resource.plural : `${resource.plural} (${health.lastError})`,
      );
      return `the hub has not been read yet: waiting for the first list of ${names.join(', ')}`;
    }
    if (identity.is === 'unread') return identity.why;
    return identity.is === 'accept' ? 'the hub is being accepted' : 'the hub has not said again who it is';
  }

  get unreachable(): boolean {
    const informers = this.#informers();
    return (
      informers.every(({ synced }) => !synced) && informers.some(({ health }) => health.state === 'failing')
    );
  }

  get clusterSet(): IClusterSet | undefined {
    return this.readable ? this.#kinds.clusterSets.get(CLUSTER_SET_NAME) : undefined;
  }

  member(cluster: string): IMember | undefined {
    return this.readable ? this.#kinds.members.get(cluster) : undefined;
  }

  exportedService(cluster: string, namespace: string, service: string): IExportedService | undefined {
    if (!this.readable) return undefined;
    const name = exportedServiceName(namespace, service);
    return this.#kinds.exportedServices.get(cacheKey(memberNamespace(cluster), name));
  }

  exportedServices(namespace: string, service: string): readonly IExportedService[] {
    if (!this.readable) return [];
    return this.#kinds.exportedServices.byIndex(BY_SERVICE, `${namespace}/${service}`);
  }

  slice(cluster: string, namespace: string, service: string, sliceHash: string): RecordView | undefined {
    if (!this.readable) return undefined;
    const name = exportedSliceName(namespace, service, sliceHash);
    return this.#kinds.exportedEndpointSlices.get(cacheKey(memberNamespace(cluster), name));
  }

  slices(cluster: string, namespace: string, service: string): readonly RecordView[] {
    if (!this.readable) return [];
    return this.#kinds.exportedEndpointSlices.byIndex(BY_SERVICE, `${cluster}/${namespace}/${service}`);
  }

  report(cluster: string): IMemberReport | undefined {
    const report = this.reportAsIs(cluster);
    const { clusterSet } = this;
    if (report === undefined || clusterSet === undefined) return undefined;
    // A report for another ClusterSet came with a hub that was copied or exchanged: it is not about this set.
    return standsFor(clusterSet, report.spec?.clusterSetUID) ? report : undefined;
  }

  possibleExporters(namespace: string, service: string): readonly string[] {
    if (!this.readable) return [];
    const name = exportedServiceName(namespace, service);
    const { members, memberReports } = this.#kinds;
    const reporting = [...memberReports.list()].flatMap(
      ({ metadata }) => clusterOfNamespace(metadata.namespace) ?? [],
    );
    const all = new Set([...[...members.list()].map(({ metadata }) => metadata.name), ...reporting]);
    return [...all].filter((cluster) => {
      const report = this.evidence.report(cluster);
      const member = members.get(cluster);
      const uid = report?.uid ?? (member && claimedUID(member));
      // Nobody has ever been there under this id, or whoever was is gone for good.
      if (uid === undefined || this.evidence.isRemoved(cluster, uid)) return false;
      return report === undefined || report.names(name);
    });
  }

  /** The report that lies in the member's namespace, whichever ClusterSet it was written for. */
  reportAsIs(cluster: string): IMemberReport | undefined {
    if (!this.readable) return undefined;
    return this.#kinds.memberReports.get(cacheKey(memberNamespace(cluster), REPORT_NAME));
  }

  /** All records of one member, for who must judge them as a whole. */
  recordsOf(cluster: string): { services: readonly IExportedService[]; slices: readonly RecordView[] } {
    if (!this.readable) return { services: [], slices: [] };
    return {
      services: this.#kinds.exportedServices.byIndex(BY_MEMBER, cluster),
      slices: this.#kinds.exportedEndpointSlices.byIndex(BY_MEMBER, cluster),
    };
  }

  get evidence(): Evidence {
    return this.readable ? this.#evidence : NO_EVIDENCE;
  }

  /** A list, although there is but one: it tells how far the hub has come, too. */
  async #ask(signal: AbortSignal): Promise<HubAnswer> {
    const fieldSelector = `metadata.name=${CLUSTER_SET_NAME}`;
    const { items, resourceVersion } = await this.#deps.client.list(clusterSets, { fieldSelector, signal });
    return { uid: items[0]?.metadata.uid, version: resourceVersion };
  }

  #informers() {
    const { clusterSets, members, memberReports, exportedServices, exportedEndpointSlices } = this.#kinds;
    return [clusterSets, members, memberReports, exportedServices, exportedEndpointSlices];
  }
}

function rulesOf(member: IMember | undefined): unknown {
  return member && { uid: member.metadata.uid, spec: member.spec, claimedUID: member.status?.claimedUID };
}
