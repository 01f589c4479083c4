import { type ILease, leases } from '#apis/kubernetes/lease.ts';
import { apiVersionOf } from '#apis/meta.ts';
import { Deadline } from '#src/kube/deadline.ts';
import { isAlreadyExists, isConflict, isNotFound } from '#src/kube/errors.ts';
import type { LeaseStore } from '#src/kube/lease-store.ts';
import type { Logger } from '#src/observability/logger.ts';
import type { Clock, Milliseconds } from '../clock.ts';
import { LeadershipLost } from '../errors.ts';
import {
  ELECTION_TIMINGS,
  type ElectionTimings,
  givenBack,
  heldBy,
  mayTake,
  type Observation,
  observe,
} from './candidacy.ts';

/** Waits are up to so much longer, by chance: candidates must not come at the same moment for ever. */
const JITTER = 0.2;

export interface ElectorDeps {
  store: LeaseStore;
  /** Identity of this process, unlike that of any other that may live at the same time. */
  holder: string;
  clock: Clock;
  /** A number in [0, 1), like Math.random. */
  random: () => number;
  log: Logger;
  timings?: ElectionTimings;
}

/**
 * One of several processes leads: the one that holds a Lease and keeps renewing it. A leader that cannot renew it
 * stops before anybody else may start; a leader that is told to stop gives it back when its work is done.
 */
export class Elector {
  readonly #deps: ElectorDeps;
  readonly #timings: ElectionTimings;
  #observed: Observation | undefined;
  /** The Lease as this process last wrote it; undefined: it does not hold it. */
  #held: ILease | undefined;
  /** When the last renewal that was answered was sent. */
  #renewedAt: Milliseconds = Number.NEGATIVE_INFINITY;

  constructor(deps: ElectorDeps) {
    this.#deps = deps;
    this.#timings = deps.timings ?? ELECTION_TIMINGS;
  }

  /** Whether this process leads now, for certain: also one that slept through its time gets the right answer. */
  get leads(): boolean {
    return this.#held !== undefined && this.#age < this.#timings.renewWithin;
  }

  /**
   * Waits for leadership, runs `lead` once, and resolves when that has settled and the Lease is given back. The
   * signal given to `lead` aborts when `signal` does, and with LeadershipLost when the Lease is lost; then this
   * rejects with it, after `lead` has settled. Rejects with what `lead` rejects with.
   */
  async run(signal: AbortSignal, lead: (term: AbortSignal) => Promise<void>): Promise<void> {
    if (!(await this.#acquire(signal))) return;
    const { log, holder } = this.#deps;
    log.info({ holder }, 'leading');
    const term = new AbortController();
    const onStop = () => term.abort(signal.reason);
    if (signal.aborted) onStop();
    signal.addEventListener('abort', onStop, { once: true });
    // Renewed until the work has settled, not until it is told to: nobody else may begin before.
    const settled = new AbortController();
    const keeping = this.#keep(settled.signal).then((why) => {
      if (why === undefined) return undefined;
      const lost = new LeadershipLost(why);
      term.abort(lost);
      return lost;
    });
    try {
      await lead(term.signal);
    } finally {
      signal.removeEventListener('abort', onStop);
      settled.abort();
      const lost = await keeping;
      if (lost === undefined) await this.#giveBack();
      this.#held = undefined;
      // After the work's own error, if it has one: losing the Lease may well be its cause.
      if (lost !== undefined) log.warn({ err: lost }, 'no longer leading');
    }
    if (term.signal.reason instanceof LeadershipLost) throw term.signal.reason;
  }

  get #age(): Milliseconds {
    return this.#deps.clock.monotonic() - this.#renewedAt;
  }

  /** Tries until it holds the Lease; false: the signal aborted first. */
  async #acquire(signal: AbortSignal): Promise<boolean> {
    const { log, holder } = this.#deps;
    let said = '';
    while (!signal.aborted) {
      try {
        const other = await this.#within(this.#timings.renewWithin, signal, (limit) => this.#take(limit));
        if (other === undefined) return true;
        if (other !== said) log.info({ holder, leader: other }, 'waiting: another process leads');
        said = other;
      } catch (err) {
        if (signal.aborted) break;
        log.warn({ err }, 'cannot take part in the election, will try again');
      }
      await this.#pause(signal);
    }
    return false;
  }

  /** One attempt. Returns who else leads, undefined once this process does. */
  async #take(signal: AbortSignal): Promise<string | undefined> {
    const { store, clock, holder } = this.#deps;
    const lease = await store.read(signal);
    if (lease !== undefined) {
      this.#observed = observe(this.#observed, lease, clock.monotonic());
      if (!mayTake(holder, lease, this.#observed, clock.monotonic())) return lease.spec?.holderIdentity ?? '';
    }
    try {
      await this.#write(lease, signal);
      return undefined;
    } catch (error) {
      if (!isConflict(error) && !isAlreadyExists(error) && !isNotFound(error)) throw error;
      return 'one that was a moment faster';
    }
  }

  /** Renews until the signal aborts; returns why it lost the Lease, if it did. */
  async #keep(signal: AbortSignal): Promise<string | undefined> {
    const { log } = this.#deps;
    while (!signal.aborted) {
      await this.#pause(signal);
      if (signal.aborted) return undefined;
      const left = this.#timings.renewWithin - this.#age;
      if (left <= 0) return `it was not renewed for ${this.#timings.renewWithin / 1_000} s`;
      try {
        const other = await this.#within(left, signal, (limit) => this.#renew(limit));
        if (other !== undefined) return `${other} has taken the Lease`;
      } catch (err) {
        if (!signal.aborted) log.debug({ err }, 'cannot renew the Lease of the leader, will try again');
      }
    }
    return undefined;
  }

  /** One renewal. Returns who else holds the Lease. */
  async #renew(signal: AbortSignal): Promise<string | undefined> {
    try {
      await this.#write(this.#held, signal);
      return undefined;
    } catch (error) {
      if (!isConflict(error) && !isNotFound(error) && !isAlreadyExists(error)) throw error;
    }
    // Somebody has written it, or it was deleted: whoever holds what is there now is the leader.
    const found = await this.#deps.store.read(signal);
    const holder = found?.spec?.holderIdentity;
    if (found !== undefined && holder !== this.#deps.holder) return holder ?? 'somebody';
    await this.#write(found, signal);
    return undefined;
  }

  async #write(before: ILease | undefined, signal: AbortSignal): Promise<void> {
    const { store, clock, holder } = this.#deps;
    const { namespace, name } = store;
    const sent = clock.monotonic();
    const spec = heldBy(holder, before?.spec, clock.now(), this.#timings.lease);
    const lease: ILease = {
      apiVersion: apiVersionOf(leases),
      kind: leases.kind,
      metadata: before?.metadata ?? { namespace, name },
      spec,
    };
    const metadata = await (before === undefined ? store.create(lease, signal) : store.update(lease, signal));
    this.#held = { ...lease, metadata };
    this.#renewedAt = sent;
  }

  /** Best effort: without it the next one only has to wait. */
  async #giveBack(): Promise<void> {
    const { store, clock, holder, log } = this.#deps;
    const held = this.#held;
    if (held === undefined || !this.leads) return;
    const giveBack = (lease: ILease, limit: AbortSignal) =>
      store.update({ ...lease, spec: givenBack(lease.spec, clock.now()) }, limit);
    try {
      await this.#within(this.#timings.retryEvery, undefined, async (limit) => {
        try {
          await giveBack(held, limit);
        } catch (error) {
          if (!isConflict(error)) throw error;
          // The last renewal was broken off, and has counted all the same.
          const found = await store.read(limit);
          if (found?.spec?.holderIdentity === holder) await giveBack(found, limit);
        }
      });
    } catch (err) {
      log.debug({ err }, 'cannot give the Lease back; the next leader waits until it ends');
    }
  }

  async #within<T>(
    limit: Milliseconds,
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const deadline = new Deadline(this.#deps.clock, limit, signal);
    try {
      return await work(deadline.signal);
    } finally {
      deadline.release();
    }
  }

  async #pause(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#deps;
    await clock.sleep(this.#timings.retryEvery * (1 + random() * JITTER), signal).catch(() => {});
  }
}
