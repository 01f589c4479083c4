/**
 * `live`: something changed just now. `backlog`: the first list brought it, or its failure is being retried.
 */
export type Lane = 'live' | 'backlog';

/** Live keys taken for each backlog key while both lanes have some. */
export const LIVE_PER_BACKLOG = 8;

/**
 * Keys in the order they came, in two lanes. Live keys overtake the backlog, and the backlog is still
 * served once in every nine: with strict priority a busy queue starves its initial list for ever
 * (https://github.com/kubernetes-sigs/controller-runtime/issues/3496), and with a single lane live
 * updates wait behind it (https://github.com/submariner-io/lighthouse/issues/1706).
 */
export class Lanes {
  readonly #live = new KeyFifo();
  readonly #backlog = new KeyFifo();
  /** Live keys taken since the backlog was last served or last empty. */
  #overtaken = 0;

  get size(): number {
    return this.#live.size + this.#backlog.size;
  }

  /** Appends a key that is in neither lane. */
  push(key: string, lane: Lane): void {
    (lane === 'live' ? this.#live : this.#backlog).push(key);
  }

  /** Moves a key from the backlog to the end of the live lane; nothing happens to one that is live already. */
  promote(key: string): void {
    if (this.#backlog.delete(key)) this.#live.push(key);
  }

  /** Removes the next key; undefined when both lanes are empty. */
  shift(): { key: string; lane: Lane } | undefined {
    const backlogsTurn = this.#live.size === 0 || this.#overtaken >= LIVE_PER_BACKLOG;
    const lane = backlogsTurn && this.#backlog.size > 0 ? 'backlog' : 'live';
    const key = (lane === 'live' ? this.#live : this.#backlog).shift();
    if (key === undefined) return undefined;
    this.#overtaken = lane === 'backlog' || this.#backlog.size === 0 ? 0 : this.#overtaken + 1;
    return { key, lane };
  }

  clear(): void {
    this.#live.clear();
    this.#backlog.clear();
    this.#overtaken = 0;
  }
}

/** A queue of distinct keys from whose middle a key can be removed. */
class KeyFifo {
  readonly #keys = new Set<string>();
  /**
   * Kept between calls: a new iterator steps over every hole that deletions left at the Set's start, which
   * makes emptying a long queue quadratic.
   */
  #head: Iterator<string> | undefined;

  get size(): number {
    return this.#keys.size;
  }

  push(key: string): void {
    this.#keys.add(key);
  }

  delete(key: string): boolean {
    return this.#keys.delete(key);
  }

  shift(): string | undefined {
    if (this.#keys.size === 0) return undefined;
    this.#head ??= this.#keys.values();
    // Never asked while the Set is empty, so it has not ended, and goes on to keys that came since.
    const next = this.#head.next();
    if (next.done) return undefined;
    this.#keys.delete(next.value);
    return next.value;
  }

  clear(): void {
    this.#keys.clear();
    this.#head = undefined;
  }
}
