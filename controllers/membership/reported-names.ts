/** How many names that are not reported any more are remembered at least. */
const SPARE = 1_000;

/**
 * Which names the reports of this process have carried. A report that leaves a name out is proof against all that was
 * asserted before it, so one that does so for the time being must know that nothing was, since the last that left it out.
 * The hub cannot tell: it may have been restored, and lost a report that others have followed. Of what the process before
 * this one has reported nothing is known.
 */
export class ReportedNames {
  /** From this sequence on, every report of this member is this process's. */
  #since = Number.POSITIVE_INFINITY;
  /** The last report that has carried the name. */
  readonly #last = new Map<string, number>();

  /** To be called before a report is sent: one whose reply is lost may be there all the same. */
  note(sequence: number, names: readonly string[]): void {
    this.#since = Math.min(this.#since, sequence);
    if (this.#last.size > 2 * names.length + SPARE) {
      // Names come and go for ever. What was before this report is no longer known then.
      this.#last.clear();
      this.#since = sequence;
    }
    for (const name of names) this.#last.set(name, sequence);
  }

  /** Whether certainly no report of this member has carried the name, from the one with this sequence on. */
  isUnnamedSince(sequence: number, name: string): boolean {
    return sequence >= this.#since && (this.#last.get(name) ?? -1) < sequence;
  }
}
