import type { ImportObserver, ImportPlace } from './observer.ts';

/** The import loops' figures of state, summed up when somebody looks. */
export class ImportTally implements ImportObserver {
  readonly #waiting = new Set<string>();
  readonly #frozen = new Set<string>();
  readonly #obstructed = new Set<string>();
  readonly #refused = new Map<string, number>();
  readonly #dropped = new Map<string, number>();

  waiting(at: ImportPlace, why: string | undefined): void {
    mark(this.#waiting, keyOf(at), why !== undefined);
  }

  frozen(at: ImportPlace, sources: number): void {
    mark(this.#frozen, keyOf(at), sources > 0);
  }

  obstructed(at: ImportPlace, kind: string, name: string, is: boolean): void {
    mark(this.#obstructed, `${keyOf(at)}/${kind}/${name}`, is);
  }

  refused(at: ImportPlace, records: number): void {
    count(this.#refused, keyOf(at), records);
  }

  dropped(at: ImportPlace & { cluster: string; sliceHash: string }, endpoints: number): void {
    count(this.#dropped, `${keyOf(at)}/${at.cluster}/${at.sliceHash}`, endpoints);
  }

  /** Imports that cannot be what they should be, by what stands in the way. */
  get pending(): [reason: string, imports: number][] {
    return [
      ['namespace', this.#waiting.size],
      ['unproven', this.#frozen.size],
      ['name-taken', this.#obstructed.size],
    ];
  }

  /** Records on the hub that are not believed. */
  get refusedRecords(): number {
    return sum(this.#refused);
  }

  /** Endpoints that were left out of imported slices. */
  get droppedEndpoints(): number {
    return sum(this.#dropped);
  }
}

function keyOf({ namespace, service }: ImportPlace): string {
  return `${namespace}/${service}`;
}

function mark(set: Set<string>, key: string, is: boolean): void {
  if (is) set.add(key);
  else set.delete(key);
}

function count(figures: Map<string, number>, key: string, figure: number): void {
  if (figure > 0) figures.set(key, figure);
  else figures.delete(key);
}

function sum(figures: ReadonlyMap<string, number>): number {
  return figures.values().reduce((total, figure) => total + figure, 0);
}
