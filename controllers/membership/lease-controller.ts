import type { IExportedService } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import { type ILease, leases } from '#apis/kubernetes/lease.ts';
import { apiVersionOf, type ObjectMeta } from '#apis/meta.ts';
import type { RollbackReport } from '#src/cache/contract.ts';
import { isConflict, isNotFound, TransportError } from '#src/kube/errors.ts';
import type { LeaseStore } from '#src/kube/lease-store.ts';
import type { Logger } from '#src/observability/logger.ts';
import type { Clock, Milliseconds } from '#src/runtime/clock.ts';
import type { ControllerSpec, Watch } from '#src/runtime/controller.ts';
import { microTime } from '#src/runtime/micro-time.ts';
import { raiseFloor } from './floor.ts';
import type { HubCaches } from './hub-caches.ts';
import type { Publishing } from './publishing.ts';
import {
  higherVersion,
  type Inventoried,
  type KnownRenewals,
  rollbackByInventory,
  rollbackByLease,
  rollbackByVersion,
} from './rollback.ts';
import type { Sequences } from './sequence.ts';
import type { StateStore } from './state.ts';
import { type Watched, watchTurns } from './watching.ts';

/** The one key of membership.lease. */
export const LEASE_KEY = 'lease';
/** Name of a member's Lease in its namespace on the hub. */
export const HUB_LEASE_NAME = 'tombolo-member';

const RENEW_EVERY: Milliseconds = 10_000;
/** How long after an answered rollback the informers' reports of one are taken for the same. */
const SAME_ROLLBACK: Milliseconds = 60_000;
/** The Lease says that it lives for so many intervals; the hub judges by its own policy. */
const INTERVALS_ALIVE = 4;

/** An informer of a hub kind, as far as rollbacks go. */
export interface Rewindable {
  onRollback(listener: (report: RollbackReport) => void): void;
  relist(): void;
}

export interface LeaseDeps {
  /** The member's Lease on the hub. */
  store: LeaseStore;
  hub: Pick<HubCaches, 'turn' | 'onTurn' | 'doubt' | 'confirm'>;
  publishing: Publishing;
  state: StateStore;
  sequences: Sequences;
  /** Every informer that watches the hub, the named ones included. */
  informers: readonly Rewindable[];
  watched: { memberReports: Watched<IMemberReport>; exportedServices: Watched<IExportedService> };
  /** Identity of this process, unlike any other's: pod name, or host and process id. */
  holder: string;
  clock: Pick<Clock, 'monotonic'>;
  /** What the Lease carries besides the sign of life; what is not named stays as it is. */
  annotations: () => Record<string, string>;
  /** How often the Lease is renewed; 10 s unless told. */
  renewEvery?: Milliseconds;
}

/**
 * Renews the member's Lease on the hub: the sign of life, and the probe by which a hub that went back in
 * time is noticed without extra reads or writes (DESIGN.md 4a).
 */
export function newLeaseController(deps: LeaseDeps): ControllerSpec {
  const renewals = new Renewals(deps);
  return {
    name: 'membership.lease',
    watches: [watchTurns(deps.hub, () => [LEASE_KEY]), watchRollbacks(deps, renewals)],
    permissions: [
      {
        on: 'hub',
        scope: 'member-namespace',
        apiGroups: [leases.group],
        resources: [leases.plural],
        verbs: ['get', 'create', 'update'],
      },
    ],
    workers: 1,
    async reconcile(_key, { signal, log, clock }) {
      // The Lease is the claimant's: renewed by anybody else it would make a dead member look alive. A change
      // of the claim comes by a watch. What stops the publishing besides is no sign of death: silence would take
      // the endpoints from everybody.
      if (deps.publishing.claimOnHub.is !== 'claimed') return undefined;
      try {
        await renewals.renew(signal, log, clock);
      } catch (error) {
        // An outage is an ordinary state, and the back-off would outlast it by up to a minute.
        if (!(error instanceof TransportError) || signal.aborted) throw error;
        log.debug({ err: error }, 'cannot renew the Lease: no answer from the hub');
      }
      return { requeueAfter: deps.renewEvery ?? RENEW_EVERY };
    },
  };
}

class Renewals {
  readonly #deps: LeaseDeps;
  /** The Lease as this process last wrote it. */
  #lease: ILease | undefined;
  /** Why the hub seems to have gone back, not yet answered. */
  #suspicion: string | undefined;
  #answered = Number.NEGATIVE_INFINITY;

  constructor(deps: LeaseDeps) {
    this.#deps = deps;
  }

  /** Every informer that is told to list anew may find the same thing once more. */
  get answeredJustNow(): boolean {
    return this.#deps.clock.monotonic() - this.#answered < SAME_ROLLBACK;
  }

  suspect(why: string): void {
    this.#suspicion = why;
  }

  async renew(signal: AbortSignal, log: Logger, clock: Pick<Clock, 'now'>): Promise<void> {
    if (this.#suspicion !== undefined) await this.#rollBack(this.#suspicion, signal, log);
    const { hubLeaseVersion } = await this.#deps.state.load(signal);
    const lease = this.#lease ?? this.#remembered(hubLeaseVersion);
    const renewed = lease && this.#renewed(lease, clock);
    let reply: ObjectMeta | undefined;
    try {
      reply = renewed && (await this.#deps.store.update(renewed, signal));
    } catch (error) {
      if (!isConflict(error) && !isNotFound(error)) throw error;
    }
    if (renewed !== undefined && reply !== undefined) await this.#took(renewed, reply, signal, log);
    else await this.#settle(signal, log, clock);
  }

  /** The Lease is not as we left it, or we do not know it. */
  async #settle(signal: AbortSignal, log: Logger, clock: Pick<Clock, 'now'>): Promise<void> {
    const { store } = this.#deps;
    const found = await store.read(signal);
    const why = rollbackByLease(this.#known(), found);
    // NB: nothing is written in this round: it may be another hub, which the doubt will tell, and a crash here
    // finds the same evidence again.
    if (why !== undefined) return this.#rollBack(why, signal, log);
    if (found === undefined) await this.#deps.hub.confirm(signal);
    const renewed = this.#renewed(found ?? this.#fresh(), clock);
    const reply =
      found === undefined ? await store.create(renewed, signal) : await store.update(renewed, signal);
    await this.#took(renewed, reply, signal, log);
  }

  async #took(renewed: ILease, reply: ObjectMeta, signal: AbortSignal, log: Logger): Promise<void> {
    const why = rollbackByVersion(this.#known(), reply.resourceVersion);
    if (why !== undefined) await this.#rollBack(why, signal, log);
    this.#lease = { ...renewed, metadata: reply };
    await this.#deps.state.update((known) => {
      const hubLeaseVersion = higherVersion(known.hubLeaseVersion, reply.resourceVersion);
      return hubLeaseVersion === known.hubLeaseVersion ? known : { ...known, hubLeaseVersion };
    }, signal);
  }

  /** Everything is listed anew and asserted again; what was known of the Lease belongs to the lost history. */
  async #rollBack(why: string, signal: AbortSignal, log: Logger): Promise<void> {
    log.warn({ why }, 'the hub went back in time: listing everything anew and asserting everything again');
    // Until all of it is done: a write whose reply is lost may take the evidence away.
    this.#suspicion = why;
    await raiseFloor(this.#deps, signal, { change: (known) => ({ ...known, hubLeaseVersion: '' }) });
    this.#lease = undefined;
    this.#answered = this.#deps.clock.monotonic();
    this.#suspicion = undefined;
    for (const informer of this.#deps.informers) informer.relist();
    this.#deps.hub.doubt();
    this.#deps.hub.turn();
  }

  #known(): KnownRenewals {
    return {
      highest: this.#deps.state.current?.hubLeaseVersion ?? '',
      renewTime: this.#lease?.spec?.renewTime,
      holder: this.#deps.holder,
    };
  }

  /** After a restart the last version is enough to renew by: no read is needed. */
  #remembered(version: string): ILease | undefined {
    if (version === '') return undefined;
    const fresh = this.#fresh();
    return { ...fresh, metadata: { ...fresh.metadata, resourceVersion: version } };
  }

  #fresh(): ILease {
    return {
      apiVersion: apiVersionOf(leases),
      kind: leases.kind,
      metadata: { name: HUB_LEASE_NAME, namespace: memberNamespace(this.#deps.publishing.cluster) },
    };
  }

  #renewed(lease: ILease, clock: Pick<Clock, 'now'>): ILease {
    const { annotations = {}, ...metadata } = lease.metadata;
    return {
      ...lease,
      metadata: { ...metadata, annotations: { ...annotations, ...this.#deps.annotations() } },
      spec: {
        ...lease.spec,
        holderIdentity: this.#deps.holder,
        leaseDurationSeconds: Math.ceil((INTERVALS_ALIVE * (this.#deps.renewEvery ?? RENEW_EVERY)) / 1_000),
        renewTime: microTime(clock.now()),
      },
    };
  }
}

/**
 * What the informers notice, and inventories of ours that are older than the ones we wrote: a hub that lost
 * only what came after the last renewal shows nothing else.
 */
function watchRollbacks(deps: LeaseDeps, renewals: Renewals): Watch {
  const own = memberNamespace(deps.publishing.cluster);
  return {
    resource: 'rollbacks',
    attach(enqueue) {
      const note = (why: string) => {
        renewals.suspect(why);
        enqueue(LEASE_KEY, 'live');
      };
      for (const informer of deps.informers) {
        informer.onRollback(({ resource, seen, got }) => {
          if (renewals.answeredJustNow) return;
          note(`a list of ${resource} has version ${got}, after ${seen} was seen`);
        });
      }
      const compare = (before: Inventoried | undefined, after: Inventoried | undefined) => {
        if (before === undefined || after?.metadata.namespace !== own) return;
        const why = rollbackByInventory(before, after, deps.publishing.floor);
        if (why !== undefined) note(why);
      };
      const { memberReports, exportedServices } = deps.watched;
      memberReports.addListener(({ oldObject, newObject }) => compare(oldObject, newObject));
      exportedServices.addListener(({ oldObject, newObject }) => compare(oldObject, newObject));
    },
  };
}
