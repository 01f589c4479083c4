import type { Act } from './vouching.ts';

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
    return this.at(Number.POSITIVE_INFINITY).value;
  }

  get all(): readonly Period<T>[] {
    return this.#periods;
  }

  become(value: T, from: number, done: number): void {
    const last = this.#periods.pop();
    if (last !== undefined) this.#periods.push({ ...last, until: done });
    this.#periods.push({ value, from, until: Number.POSITIVE_INFINITY });
  }

  /** The last that had begun by that time; of a time before all of them, the first. */
  at(time: number): Period<T> {
    const [first] = this.#periods;
    if (first === undefined) throw new Error('unreachable: there is a first period');
    return this.#periods.findLast(({ from }) => from <= time) ?? first;
  }

  /** What it has been, beginning with what began at that time. */
  during(from: number, until: number): Period<T>[] {
    return this.#periods.filter((period) => period.from >= from && period.from <= until);
  }

  /**
   * When the period began by which somebody acted, of whom is known that it was so then: the first of which that is
   * true and that was not over when the act was begun. Nobody acts by what is yet to come: else it is the last one
   * before. Undefined: there is none.
   */
  actedBy({ begun, seen }: Act, is: (value: T) => boolean): number | undefined {
    const known = this.#periods.filter(({ value, from }) => from <= seen && is(value));
    return (known.find(({ until }) => until >= begun) ?? known.at(-1))?.from;
  }
}
