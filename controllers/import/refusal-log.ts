import type { Logger } from '#src/observability/logger.ts';

/** Why records are refused, by what a person finds them under: `ExportedService member-zzzc/prod.db`. */
export type RefusedRecords = ReadonlyMap<string, string>;

/**
 * Says once why a record is refused, and once more when the reason is another one: the loops come by the same
 * record often, and a member that writes nonsense must not fill the logs of all others.
 */
export class RefusalLog {
  readonly #said = new Map<string, RefusedRecords>();

  /** Notes all records of one key that are refused now; each call takes the place of the last. */
  note(key: string, refused: RefusedRecords, log: Logger): void {
    const before = this.#said.get(key);
    if (refused.size > 0) this.#said.set(key, refused);
    else this.#said.delete(key);
    for (const [record, why] of refused) {
      if (before?.get(record) !== why) log.warn({ record, why }, 'a record on the hub is refused');
    }
  }
}
