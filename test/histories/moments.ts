/** What was so from one moment to another. */
export interface Period<T> {
  readonly value: T;
  /** When the change to it began: before that nobody can have seen it. Milliseconds since the epoch. */
  readonly from: number;
  /** When the change to the next was done: until then somebody can have seen it. Infinity for the present one. */
  readonly until: number;
}

/** All that one part of the world has been, in order. */
export class Moments<T> {
  readonly #periods: Period<T>[];

  constructor(value: T, from: number) {
    this.#periods = [{ value, from, until: Number.POSITIVE_INFINITY }];
  }

  get now(): T {
    const last = this.#periods.at(-1);
    if (last === undefined) throw new Error('unreachable: there is a first period');
    return last.value;
  }

  get all(): readonly Period<T>[] {
    return this.#periods;
  }

  become(value: T, from: number, done: number): void {
    const last = this.#periods.pop();
    if (last !== undefined) this.#periods.push({ ...last, until: done });
    this.#periods.push({ value, from, until: Number.POSITIVE_INFINITY });
  }

  /** What it has been, beginning with what began at that time. */
  during(from: number, until: number): Period<T>[] {
    return this.#periods.filter((period) => period.from >= from && period.from <= until);
  }

  /** When the first period began that was not over by then, and of which that is true; undefined: there is none. */
  firstSince(at: number, is: (value: T) => boolean): number | undefined {
    return this.#periods.find(({ value, until }) => until >= at && is(value))?.from;
  }
}
