import { spuriousAmong } from './spurious.ts';

/** What a fault is remembered by: counts, and how long things took where that is of interest. */
export type FaultRecord = Record<string, number | string>;

/** What one test of a fault found; plain data, so that it travels from the test's process to the report. */
export interface FaultFound {
  id: string;
  /** Deletes that nothing justifies, each as Deletions names it. */
  spuriousDeletes: string[];
  record: FaultRecord;
}

/** What a test of a fault tells about it while it runs. */
export class Finding {
  readonly record: FaultRecord = {};
  #spurious: string[] | undefined;

  /** Keeps figures beside the fault, by name. */
  records(figures: FaultRecord): void {
    Object.assign(this.record, figures);
  }

  /** Everything that was deleted, and what of it had to be: the rest is spurious. May be told several times. */
  deleted(all: readonly string[], rightly: readonly string[] = []): void {
    this.#spurious = [...(this.#spurious ?? []), ...spuriousAmong(all, rightly)];
  }

  /** Undefined where the test never counted deletes. */
  get spuriousDeletes(): readonly string[] | undefined {
    return this.#spurious;
  }
}
