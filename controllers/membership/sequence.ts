import { isSequence } from '#apis/hub/asserted.ts';
import type { Clock } from '#src/runtime/clock.ts';
import type { StateStore } from './state.ts';

/** How many sequences are reserved at once. */
const BLOCK = 10_000;

/**
 * The member's one counter, for its report and all its service inventories (docs/adr/0002). A sequence is
 * never given twice and never goes down, over restarts and a deleted Lease: next = max(last + 1, now in ms).
 */
export class Sequences {
  readonly #state: StateStore;
  readonly #clock: Pick<Clock, 'now'>;
  /** The last one given, and the end of the block that this process reserved for itself. */
  #last = 0;
  #reserved = 0;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(state: StateStore, clock: Pick<Clock, 'now'>) {
    this.#state = state;
    this.#clock = clock;
  }

  /**
   * A sequence above every one given before and above `above`, which is the highest that the hub shows of
   * this member: a clock that ran ahead once, together with a lost Lease, must not silence the member.
   * Rejects where the reservation cannot be written; nothing is used then.
   */
  next(signal: AbortSignal, above = 0): Promise<number> {
    // In turn: two callers that cross the end of a block must not both reserve.
    const result = this.#queue.then(() => this.#next(signal, above));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #next(signal: AbortSignal, above: number): Promise<number> {
    const shown = isSequence(above + 1) ? above : 0;
    let sequence = Math.max(this.#last + 1, shown + 1, this.#clock.now());
    if (sequence > this.#reserved) {
      await this.#state.update((state) => {
        // Whatever lies up to the mark may have been used, by us before a restart or by another instance.
        if (state.sequence !== this.#reserved) sequence = Math.max(sequence, state.sequence + 1);
        return { ...state, sequence: sequence + BLOCK };
      }, signal);
      this.#reserved = sequence + BLOCK;
    }
    this.#last = sequence;
    return sequence;
  }
}
