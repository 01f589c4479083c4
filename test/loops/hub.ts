import { findCondition } from '#apis/conditions.ts';
import { clusterSets } from '#apis/hub/cluster-set.ts';
import { MemberCondition } from '#apis/hub/conditions.ts';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { clusterOfNamespace, members } from '#apis/hub/member.ts';
import { memberReports } from '#apis/hub/member-report.ts';
import { leases } from '#apis/kubernetes/lease.ts';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import type { KubeObject, Resource } from '#apis/meta.ts';
import { projectRecord } from '#controllers/endpoints/record-view.ts';
import { newHubClaimController } from '#controllers/hub/claim-controller.ts';
import { newHubDeclarationController } from '#controllers/hub/declaration-controller.ts';
import { LeaseObserver } from '#controllers/hub/lease-observer.ts';
import { newHubReachabilityController, REACHABILITY_KEY } from '#controllers/hub/reachability-controller.ts';
import { newHubRemovalController } from '#controllers/hub/removal-controller.ts';
import { exportedServiceIndexes, exportedSliceIndexes } from '#controllers/membership/indexes.ts';
import { HealthRecord } from '#src/cache/health.ts';
import { keyOf } from '#src/cache/lister.ts';
import type { Declaration } from '#src/config/declaration.ts';
import type { ControllerSpec } from '#src/runtime/controller.ts';
import { SteppedClock } from '#test/clock/stepped-clock.ts';
import { RecordingLog } from '#test/runtime/recording-log.ts';
import { JOINED, plainClusterSet, plainLease, plainMember, plainNamespace } from './hub-world.ts';
import { Kind, type Write } from './kind.ts';
import { informersOf, writersOf } from './kinds.ts';
import { LoopQueue } from './loop-queue.ts';
import { publishes } from './published.ts';

/** How much time passes, and who renews its Lease all the while. */
export interface Passing {
  /** Ticks of the observer of Leases. */
  ticks: number;
  renewing: readonly string[];
}

/**
 * The loops of the hub's controller that write objects, wired as the program wires them, over real caches, but
 * without an API server. Its watch of Leases never breaks.
 */
export class HubLoops {
  readonly writes: Write[] = [];
  readonly hub;
  readonly #declaration: Declaration;
  readonly #clock = new SteppedClock();
  readonly #watch = new HealthRecord(this.#clock);
  readonly #queue: LoopQueue;
  #renewals = 0;

  /** Before anything has been listed. */
  private constructor(declaration: Declaration) {
    this.#declaration = declaration;
    const versions = { next: 1 };
    const kind = <T extends KubeObject>(resource: Resource<T>, indexes = {}) =>
      new Kind<T>(resource, { project: (object) => object, indexes, writes: this.writes, versions });
    this.hub = {
      clusterSets: kind(clusterSets),
      members: kind(members),
      memberReports: kind(memberReports),
      exportedServices: kind(exportedServices, exportedServiceIndexes),
      exportedEndpointSlices: new Kind(exportedEndpointSlices, {
        project: projectRecord,
        indexes: exportedSliceIndexes,
        writes: this.writes,
        versions,
      }),
      namespaces: kind(namespaces),
      leases: kind(leases),
    };
    const signal = new AbortController().signal;
    this.#queue = new LoopQueue(this.#wired(), { signal, log: new RecordingLog(), clock: this.#clock });
  }

  /** At work for a moment: all members that have joined publish, and are heard of. */
  static async start(declaration: Declaration): Promise<HubLoops> {
    const loops = new HubLoops(declaration);
    const { hub } = loops;
    // A set that is declared is not there before it is written.
    hub.clusterSets.holds(declaration.clusterSet === undefined ? [plainClusterSet()] : []);
    hub.members.holds(JOINED.map(plainMember));
    hub.namespaces.holds(JOINED.map(plainNamespace));
    hub.leases.holds(JOINED.map(plainLease));
    hub.memberReports.holds([]);
    hub.exportedServices.holds([]);
    hub.exportedEndpointSlices.holds([]);
    for (const cluster of JOINED) publishes(loops, cluster);
    loops.#watch.contact();
    await loops.settles();
    await loops.waits({ ticks: 2, renewing: JOINED });
    return loops;
  }

  /** The member's agent renews its Lease, and makes it where it is gone. */
  renews(cluster: string): void {
    const { leases: kind } = this.hub;
    const fresh = plainLease(cluster);
    const lease = kind.store.get(keyOf(fresh)) ?? fresh;
    const renewTime = `renewal ${this.#renewals++}`;
    kind.changes({ ...lease, spec: { ...lease.spec, renewTime } });
  }

  /** Whether it is stated that this member is heard of. */
  isHeardOf(cluster: string): boolean {
    const conditions = this.hub.members.store.get(cluster)?.status?.conditions;
    return findCondition(conditions, MemberCondition.Reachable)?.status === 'True';
  }

  /** Does all that follows from what has changed since, while time stands still. */
  async settles(): Promise<void> {
    await this.#queue.settles();
  }

  /** Lets time pass, and does all that follows from it. */
  async waits({ ticks, renewing }: Passing): Promise<void> {
    for (let tick = 0; tick < ticks; tick++) {
      for (const cluster of renewing) this.renews(cluster);
      this.#watch.contact();
      await this.#clock.step(this.#clock.untilNext ?? 0);
      await this.#queue.waits();
    }
  }

  /**
   * Looks at everything again while time stands still, whether anything has changed or not, and does all that follows
   * from it. `ticked`: as after a tick; what waits for one is left out otherwise.
   */
  async looksAgain({ ticked }: { ticked: boolean }): Promise<void> {
    for (const id of this.#ids()) {
      this.#queue.add('hub.claim', id);
      this.#queue.add('hub.removal', id);
    }
    // Of what is not declared its loop knows nothing.
    const { clusterSet, members: declared } = this.#declaration;
    if (clusterSet !== undefined) this.#queue.add('hub.declaration', 'set');
    for (const id of declared.keys()) this.#queue.add('hub.declaration', `member/${id}`);
    if (ticked) this.#queue.add('hub.reachability', REACHABILITY_KEY);
    await this.settles();
  }

  /** Every cluster id that any object is about. */
  #ids(): Set<string> {
    const ids = new Set([...this.hub.members.store.list()].map(({ metadata }) => metadata.name));
    for (const { store } of Object.values(this.hub)) {
      for (const { metadata } of store.list()) {
        const id = clusterOfNamespace(metadata.namespace ?? metadata.name);
        if (id !== undefined) ids.add(id);
      }
    }
    return ids;
  }

  #wired(): ControllerSpec[] {
    const [caches, writers] = [informersOf(this.hub), writersOf(this.hub)];
    const watch = this.#watch;
    const observer = new LeaseObserver(
      {
        addListener: caches.leases.addListener,
        onHealthChange: (listener) => watch.onChange(listener),
        get health() {
          return watch.current;
        },
      },
      this.#clock,
    );
    void observer.run(new AbortController().signal);
    const owned = <K extends 'memberReports' | 'exportedServices' | 'exportedEndpointSlices'>(kind: K) => ({
      cache: caches[kind],
      writer: writers[kind],
    });
    return [
      newHubClaimController({ ...caches, writer: writers.members }),
      newHubReachabilityController({ ...caches, observer, writer: writers.members }),
      newHubRemovalController({
        members: caches.members,
        memberReports: owned('memberReports'),
        exportedServices: owned('exportedServices'),
        exportedEndpointSlices: owned('exportedEndpointSlices'),
        memberNow: async (name) => caches.members.get(name),
      }),
      newHubDeclarationController({
        declaration: this.#declaration,
        clusterSets: { cache: caches.clusterSets, writer: writers.clusterSets },
        members: { cache: caches.members, writer: writers.members },
      }),
    ];
  }
}
