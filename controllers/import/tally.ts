import { Tally } from '#src/observability/tally.ts';
import type { ImportObserver, ImportPlace } from './observer.ts';

/** The import loops' figures of state, in sums for metrics. */
export class ImportTally implements ImportObserver {
  /** Imports that cannot be what they should be, by what stands in the way. */
  readonly pending = new Tally();
  /** Records on the hub that are not believed. */
  readonly refusedRecords = new Tally();
  /** Endpoints that were left out of imported slices. */
  readonly droppedEndpoints = new Tally();

  waiting(at: ImportPlace, why: string | undefined): void {
    this.pending.set(keyOf(at, 'waiting'), { 'no-namespace': why === undefined ? 0 : 1 });
  }

  frozen(at: ImportPlace, sources: number): void {
    this.pending.set(keyOf(at, 'frozen'), { unproven: sources > 0 ? 1 : 0 });
  }

  obstructed(at: ImportPlace, kind: string, name: string, is: boolean): void {
    this.pending.set(keyOf(at, kind, name), { 'name-taken': is ? 1 : 0 });
  }

  refused(at: ImportPlace, records: number): void {
    this.refusedRecords.set(keyOf(at), { 'not-admitted': records });
  }

  dropped(at: ImportPlace & { cluster: string; sliceHash: string }, endpoints: number): void {
    this.droppedEndpoints.set(keyOf(at, at.cluster, at.sliceHash), { refused: endpoints });
  }
}

function keyOf({ namespace, service }: ImportPlace, ...more: string[]): string {
  return [namespace, service, ...more].join('/');
}
