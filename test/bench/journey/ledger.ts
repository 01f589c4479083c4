/** What became of the changes since the last account. */
export interface Account {
  /** Changes that the source has shown. */
  changes: number;
  /** Writes by which the target came to show a change that it had not shown before. */
  writes: number;
  /** Changes that the target never showed, since a later one of the same object was written in their place. */
  coalesced: number;
  /** Writes that showed nothing new. */
  repeats: number;
  /** Writes that showed less than one before them: an older change was applied after a newer one. */
  backwards: number;
  /** Changes that the target shows neither themselves nor by a later one, at this moment. */
  outstanding: number;
  /** Milliseconds from source to target, one for each change that has arrived, by itself or by a later one. */
  ms: number[];
}

interface Underway {
  change: number;
  at: bigint;
}

/** Changes are numbers, rising for each object; times are nanoseconds of one monotonic clock. */
export class Ledger {
  readonly #objectOf = new Map<number, string>();
  /** Of each object, the changes that have not arrived, oldest first. */
  readonly #underway = new Map<string, Underway[]>();
  /** Of each object, the newest change that source and target show. */
  readonly #made = new Map<string, number>();
  readonly #shown = new Map<string, number>();
  /** What the target showed before the source: two watches are two streams. */
  readonly #early = new Map<number, bigint>();
  #outstanding = 0;
  #account: Account = emptyAccount();

  get outstanding(): number {
    return this.#outstanding;
  }

  get changes(): number {
    return this.#account.changes;
  }

  /** The source shows that an object has come to this change. Whatever is not new is none. */
  source(object: string, change: number, at: bigint): void {
    if (change <= (this.#made.get(object) ?? -1)) return;
    this.#made.set(object, change);
    this.#objectOf.set(change, object);
    this.#account.changes++;
    this.#outstanding++;
    const underway = this.#underway.get(object) ?? [];
    underway.push({ change, at });
    this.#underway.set(object, underway);
    const shownAt = this.#early.get(change);
    if (shownAt === undefined) return;
    this.#early.delete(change);
    this.target(change, shownAt);
  }

  /** The target shows an object at this change. */
  target(change: number, at: bigint): void {
    const object = this.#objectOf.get(change);
    if (object === undefined) {
      this.#early.set(change, at);
      return;
    }
    const before = this.#shown.get(object) ?? -1;
    if (change === before) this.#account.repeats++;
    else if (change < before) this.#account.backwards++;
    else {
      this.#shown.set(object, change);
      this.#account.writes++;
      this.#settle(object, change, at);
    }
  }

  /** What was counted since the last call. */
  close(): Account {
    const account = { ...this.#account, outstanding: this.#outstanding };
    this.#account = emptyAccount();
    return account;
  }

  #settle(object: string, change: number, at: bigint): void {
    const underway = this.#underway.get(object) ?? [];
    for (let next = underway[0]; next !== undefined && next.change <= change; next = underway[0]) {
      underway.shift();
      this.#outstanding--;
      this.#account.ms.push(Number(at - next.at) / 1e6);
      if (next.change < change) this.#account.coalesced++;
    }
  }
}

const emptyAccount = (): Account => ({
  changes: 0,
  writes: 0,
  coalesced: 0,
  repeats: 0,
  backwards: 0,
  outstanding: 0,
  ms: [],
});
