import { Turns } from './turns.ts';

/**
 * `live`: something changed just now. `backlog`: the first list brought it, or its failure is being retried.
 */
export type Lane = 'live' | 'backlog';

/** Live keys taken for each backlog key while both lanes have some. */
export const LIVE_PER_BACKLOG = 8;

/** Who caused the work that a key stands for; keys of one source go in the order they came. */
export type SourceOf = (key: string) => string;

/**
 * Keys in two lanes, and within a lane in turns of their sources. Live keys overtake the backlog, and the backlog is
 * still served once in every nine: with strict priority a busy queue starves its initial list for ever
 * (https://github.com/kubernetes-sigs/controller-runtime/issues/3496), and with a single lane live
 * updates wait behind it (https://github.com/submariner-io/lighthouse/issues/1706).
 */
export class Lanes {
  readonly #live: Turns;
  readonly #backlog: Turns;
  /** Live keys taken since the backlog was last served or last empty. */
  #overtaken = 0;

  /** All keys are of one source unless told. */
  constructor(sourceOf: SourceOf = () => '') {
    this.#live = new Turns(sourceOf);
    this.#backlog = new Turns(sourceOf);
  }

  get size(): number {
    return this.#live.size + this.#backlog.size;
  }

  /** Appends a key that is in neither lane. */
  push(key: string, lane: Lane): void {
    (lane === 'live' ? this.#live : this.#backlog).push(key);
  }

  /** Moves a key from the backlog to the end of its source's live keys; nothing happens to one that is live already. */
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
