import type { InformerHealth } from '#src/cache/contract.ts';
import { compareVersions } from '#src/cache/version.ts';
import type { Clock, Milliseconds } from '#src/runtime/clock.ts';

const FIRST_RETRY: Milliseconds = 250;
const SLOWEST_RETRY: Milliseconds = 10_000;

/** The part of a hub informer that tells when its connection was lost and found again. */
export interface Connected {
  readonly health: InformerHealth;
  readonly version: string;
  onHealthChange(listener: (health: InformerHealth) => void): void;
  relist(): void;
}

/** Who a hub is, by its own word. */
export interface HubAnswer {
  /** UID of its ClusterSet; undefined: it has none. */
  uid: string | undefined;
  /** How far the hub has come: not below anything that it has shown before. */
  version: string;
}

export interface ConfirmationDeps {
  /** Asks the hub that answers, which must not take the answer from a cache. Rejects where none answers. */
  ask(signal: AbortSignal): Promise<HubAnswer>;
  clock: Pick<Clock, 'after' | 'monotonic'>;
  clusterSets: Connected;
  /** The informers of all other hub kinds. */
  others: readonly Connected[];
  /** UID of the ClusterSet that the agent belongs to; undefined: it has met none. */
  accepted(): string | undefined;
  /** UID of the ClusterSet in the cache. */
  cached(): string | undefined;
  /** A doubt is over: the caches are the hub's that answers. */
  onSettled(): void;
}

/**
 * Whether the caches are those of the hub that answers. A watch that is opened again may be opened on another
 * server under the same address, where its version may mean something too, so that records of a foreign hub
 * would come in long before the ClusterSet's own watch shows the exchange. The same hub may have gone back in
 * time: a watch that is opened above its version brings nothing, and looks alive, until it has come that far
 * again. So after each lost connection one read of the ClusterSet comes before anything is believed.
 */
export class Confirmation {
  readonly #deps: ConfirmationDeps;
  readonly #informers: readonly Connected[];
  /** Counts the doubts: an answer to an older one does not settle a newer one. */
  #doubts = 0;
  #settled = 0;
  /** Since when lists of every kind are awaited; undefined: they are not. */
  #relistedAt: Milliseconds | undefined;
  /** Some cache may hold what another hub showed, or this one in a history that it has lost. */
  #tainted = false;
  #wake: () => void = () => {};

  constructor(deps: ConfirmationDeps) {
    this.#deps = deps;
    this.#informers = [deps.clusterSets, ...deps.others];
    for (const informer of this.#informers) {
      let lost = false;
      informer.onHealthChange(({ state }) => {
        // The first connection of all is no doubt: nothing was believed before.
        if (state === 'live' && lost) this.doubt();
        lost = state === 'failing';
      });
    }
  }

  /** Nothing may be believed or written until this is false again. */
  get doubtful(): boolean {
    return this.#doubts !== this.#settled;
  }

  doubt(): void {
    this.#doubts++;
    this.#wake();
  }

  /** The caches are another hub's: when the known one comes back, it is to be listed as a whole. */
  taint(): void {
    this.#tainted = true;
  }

  /** Settles doubts as they come, until the signal aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    let retry = FIRST_RETRY;
    let last = 0;
    while (!signal.aborted) {
      if (!this.doubtful) await this.#pause(undefined, signal);
      const doubt = this.#doubts;
      const seen = this.#newest();
      if (signal.aborted || !this.doubtful) continue;
      // No answer is no news: the informers report outages, and the doubt stays.
      const settles = await this.#deps.ask(signal).then(
        (answer) => this.#weigh(answer, seen),
        () => false,
      );
      if (settles) {
        this.#settled = doubt;
        if (!this.doubtful) this.#deps.onSettled();
        continue;
      }
      retry =
        doubt !== last || this.#relistedAt !== undefined ? FIRST_RETRY : Math.min(retry * 2, SLOWEST_RETRY);
      last = doubt;
      await this.#pause(retry, signal);
    }
  }

  /** True where the answer settles the doubt; otherwise lists are under way that will. */
  #weigh({ uid, version }: HubAnswer, seen: string): boolean {
    if (compareVersions(version, seen) < 0) this.#tainted = true;
    const [cached, accepted] = [this.#deps.cached(), this.#deps.accepted()];
    const agrees = uid === cached;
    const known = uid === accepted;
    if (agrees && !(known && this.#tainted)) {
      // Another hub, and the caches show that: the view stays closed by its UID.
      if (!known && accepted !== undefined) this.#tainted = true;
      return true;
    }
    if (cached === undefined && !this.#tainted) {
      // Nothing has been believed yet; its own back-off would only keep the ClusterSet away.
      this.#deps.clusterSets.relist();
      return false;
    }
    if (this.#relistedAt !== undefined && this.#listedSince(this.#relistedAt)) {
      this.#relistedAt = undefined;
      if (agrees) {
        this.#tainted = false;
        return true;
      }
    }
    if (this.#relistedAt === undefined) {
      this.#tainted = true;
      this.#relistedAt = this.#deps.clock.monotonic();
      for (const informer of this.#informers) informer.relist();
    }
    return false;
  }

  #newest(): string {
    return this.#informers.reduce(
      (newest, { version }) => (compareVersions(version, newest) > 0 ? version : newest),
      '0',
    );
  }

  /** A relist breaks the watch off, so that the next contact is its list. */
  #listedSince(time: Milliseconds): boolean {
    return this.#informers.every(({ health }) => health.state === 'live' && (health.lastContact ?? 0) > time);
  }

  /** Resolves after the delay, at the next doubt, or when the signal aborts. */
  async #pause(delay: Milliseconds | undefined, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => resolve();
    this.#wake = wake;
    signal.addEventListener('abort', wake, { once: true });
    const timer = delay === undefined ? undefined : this.#deps.clock.after(delay, wake);
    await promise;
    timer?.cancel();
    signal.removeEventListener('abort', wake);
    this.#wake = () => {};
  }
}
