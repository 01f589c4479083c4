/**
 * How much of each kind many keys have, kept as a sum: a metric that reconcilers state level by level,
 * `tally.set('prod/db', { PortConflict: 1 })`, and that is right however often they repeat themselves.
 */
export class Tally {
  readonly #byKey = new Map<string, Readonly<Record<string, number>>>();
  readonly #totals = new Map<string, number>();

  /** Replaces what the key had; nothing, or only zeros, forgets the key. */
  set(key: string, counts: Readonly<Record<string, number>>): void {
    for (const [kind, count] of Object.entries(this.#byKey.get(key) ?? {})) this.#add(kind, -count);
    const some = Object.entries(counts).filter(([, count]) => count !== 0);
    if (some.length === 0) {
      this.#byKey.delete(key);
      return;
    }
    this.#byKey.set(key, Object.fromEntries(some));
    for (const [kind, count] of some) this.#add(kind, count);
  }

  delete(key: string): void {
    this.set(key, {});
  }

  /** Sums by kind. A kind that once was something is shown as 0 afterwards, so that a graph comes down. */
  get totals(): ReadonlyMap<string, number> {
    return this.#totals;
  }

  #add(kind: string, count: number): void {
    this.#totals.set(kind, (this.#totals.get(kind) ?? 0) + count);
  }
}
