import { isDeepStrictEqual } from 'node:util';
import { clusterOfNamespace } from '#apis/hub/member.ts';
import type { ILease } from '#apis/kubernetes/lease.ts';
import { HUB_LEASE_NAME } from '#controllers/membership/lease-controller.ts';
import type { Informer } from '#src/cache/contract.ts';
import type { Clock, Milliseconds } from '#src/runtime/clock.ts';

/** How often it is looked whether time has passed as it should, and whether somebody has been silent too long. */
const TICK: Milliseconds = 2_000;
/** A tick later than this says that the process was stopped, or the machine asleep: it saw nothing meanwhile. */
const PAUSE: Milliseconds = 15_000;
/** What a Lease without a duration promises: four renewals of an agent that was told nothing else. */
const USUAL: Milliseconds = 40_000;
/** No Lease can promise more: its member would never be judged. */
const LONGEST: Milliseconds = 3_600_000;

/** What was seen of one Lease. Times are monotonic, except `seenAt`. */
export interface Sight {
  seen: Milliseconds;
  /** The same by the hub controller's wall clock, for people. */
  seenAt: Milliseconds;
  /** How often it was seen to change since it was first listed. */
  changes: number;
  lateAfter: Milliseconds;
}

/** All that is seen now. */
export interface Outlook {
  /** Since when the watch is live without a break, and the same for people; undefined: it is not. */
  liveSince: { monotonic: Milliseconds; wall: Milliseconds } | undefined;
  /** Until when it is proven to have brought all there was. Undefined where `liveSince` is. */
  proven: Milliseconds | undefined;
  /** By cluster id. A Lease that is not there is no sign of anything, neither of life nor of death. */
  leases: ReadonlyMap<string, Sight>;
}

/**
 * Watches the members' Leases change. Nothing that they say of time is read: only when this process saw a Lease
 * become another one counts, by its own monotonic clock, and that only while the watch is proven live. After an
 * outage of the hub's API, a pause of this process, or a new start, everything counts anew.
 */
export class LeaseObserver {
  readonly #clock: Pick<Clock, 'now' | 'monotonic' | 'sleep'>;
  readonly #leases: Pick<Informer<ILease>, 'addListener' | 'onHealthChange' | 'health'>;
  readonly #seen = new Map<string, Sight & { spec: ILease['spec'] }>();
  /** Goes on over a Lease that is deleted and made again. */
  readonly #changes = new Map<string, number>();
  readonly #listeners: ((cluster: string | undefined) => void)[] = [];
  #liveSince: Outlook['liveSince'];
  #ticked: Milliseconds;
  /** The last contact of the watch as of the last tick, and as of the one before. */
  #contact: Milliseconds | undefined;
  #proven: Milliseconds | undefined;

  constructor(
    leases: Pick<Informer<ILease>, 'addListener' | 'onHealthChange' | 'health'>,
    clock: Pick<Clock, 'now' | 'monotonic' | 'sleep'>,
  ) {
    this.#leases = leases;
    this.#clock = clock;
    this.#ticked = clock.monotonic();
    leases.addListener(({ oldObject, newObject, live }) => this.#changed(oldObject, newObject, live));
    leases.onHealthChange(({ state }) => (state === 'live' ? this.#begin() : this.#end()));
  }

  /** Calls back when a member's Lease has changed, with its cluster id, and without one at every tick. */
  onNews(listener: (cluster: string | undefined) => void): void {
    this.#listeners.push(listener);
  }

  /** Ticks until the signal aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    this.#ticked = this.#clock.monotonic();
    while (!signal.aborted) {
      await this.#clock.sleep(TICK, signal).catch(() => undefined);
      if (signal.aborted) return;
      this.#tick();
      this.#tell(undefined);
    }
  }

  get outlook(): Outlook {
    const asleep = this.#clock.monotonic() - this.#ticked > PAUSE;
    const liveSince = asleep ? undefined : this.#liveSince;
    return { liveSince, proven: liveSince && this.#proven, leases: this.#seen };
  }

  /**
   * What the watch had brought by the tick before counts as proven at this one: all that came with it, and waited
   * behind it in the same stream, has been taken over by now. Right after a pause or a burst it has not.
   */
  #tick(): void {
    const now = this.#clock.monotonic();
    if (now - this.#ticked > PAUSE && this.#liveSince !== undefined) this.#begin();
    this.#ticked = now;
    this.#proven = this.#contact;
    this.#contact = this.#liveSince && this.#leases.health.lastContact;
  }

  #begin(): void {
    this.#liveSince = { monotonic: this.#clock.monotonic(), wall: this.#clock.now() };
    this.#contact = undefined;
    this.#proven = undefined;
  }

  #end(): void {
    this.#liveSince = undefined;
    this.#contact = undefined;
    this.#proven = undefined;
  }

  #changed(before: ILease | undefined, after: ILease | undefined, live: boolean): void {
    const lease = after ?? before;
    const cluster = clusterOfNamespace(lease?.metadata.namespace);
    if (cluster === undefined || lease?.metadata.name !== HUB_LEASE_NAME) return;
    const known = this.#seen.get(cluster);
    if (after === undefined) {
      this.#seen.delete(cluster);
    } else if (known === undefined || !isDeepStrictEqual(known.spec, after.spec)) {
      // Whoever only labels a Lease does not renew it. One that was made before our eyes is one that was renewed.
      const listed = known === undefined && !live;
      const changes = (this.#changes.get(cluster) ?? 0) + (listed ? 0 : 1);
      this.#changes.set(cluster, changes);
      this.#seen.set(cluster, {
        spec: after.spec,
        seen: this.#clock.monotonic(),
        seenAt: this.#clock.now(),
        changes,
        lateAfter: durationOf(after),
      });
    } else return;
    this.#tell(cluster);
  }

  #tell(cluster: string | undefined): void {
    for (const listener of this.#listeners) listener(cluster);
  }
}

function durationOf({ spec }: ILease): Milliseconds {
  const seconds = spec?.leaseDurationSeconds;
  if (typeof seconds !== 'number' || !(seconds > 0)) return USUAL;
  return Math.min(seconds * 1_000, LONGEST);
}
