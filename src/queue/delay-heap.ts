import type { Milliseconds } from '#src/runtime/clock.ts';
import type { Lane } from './lanes.ts';

/** A key that waits for its time. */
export interface Delayed {
  key: string;
  lane: Lane;
  /** Monotonic. */
  at: Milliseconds;
}

/**
 * Keys by the time they are due: a binary heap that knows where each key sits, so that moving or removing
 * one leaves nothing dead behind however often a key's time changes.
 */
export class DelayHeap {
  readonly #heap: Delayed[] = [];
  readonly #position = new Map<string, number>();

  get size(): number {
    return this.#heap.length;
  }

  /** The entry that is due first. */
  get first(): Delayed | undefined {
    return this.#heap[0];
  }

  /** Adds a key. One that waits already keeps its earlier time, and `live` once either asked for it. */
  add(key: string, lane: Lane, at: Milliseconds): void {
    const position = this.#position.get(key);
    const present = position === undefined ? undefined : this.#heap[position];
    if (position === undefined || present === undefined) {
      this.#place({ key, lane, at }, this.#heap.length);
      this.#up(this.#heap.length - 1);
      return;
    }
    if (lane === 'live') present.lane = 'live';
    if (at >= present.at) return;
    present.at = at;
    this.#up(position);
  }

  /** Removes and returns the first entry if it is due at `now`. */
  takeDue(now: Milliseconds): Delayed | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.at > now) return undefined;
    this.delete(first.key);
    return first;
  }

  delete(key: string): void {
    const position = this.#position.get(key);
    if (position === undefined) return;
    this.#position.delete(key);
    const last = this.#heap.pop();
    if (last === undefined || position === this.#heap.length) return;
    this.#place(last, position);
    this.#up(position);
    this.#down(this.#position.get(last.key) ?? position);
  }

  clear(): void {
    this.#heap.length = 0;
    this.#position.clear();
  }

  #place(entry: Delayed, position: number): void {
    this.#heap[position] = entry;
    this.#position.set(entry.key, position);
  }

  #swapIfLater(parent: number, child: number): boolean {
    const above = this.#heap[parent];
    const below = this.#heap[child];
    if (above === undefined || below === undefined || above.at <= below.at) return false;
    this.#place(above, child);
    this.#place(below, parent);
    return true;
  }

  #up(position: number): void {
    let child = position;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#swapIfLater(parent, child)) return;
      child = parent;
    }
  }

  #down(position: number): void {
    let parent = position;
    for (;;) {
      const left = 2 * parent + 1;
      const leftAt = this.#heap[left]?.at ?? Number.POSITIVE_INFINITY;
      const rightAt = this.#heap[left + 1]?.at ?? Number.POSITIVE_INFINITY;
      const child = rightAt < leftAt ? left + 1 : left;
      if (!this.#swapIfLater(parent, child)) return;
      parent = child;
    }
  }
}
