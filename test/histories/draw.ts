import type { Random } from '#test/bench/stats/random.ts';
import { MEMBERS, type MemberId } from './script.ts';

/** Draws from one stream of random numbers, so that a seed gives all of them. */
export class Draw {
  readonly #random: Random;
  #addresses = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }

  /** Both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.#random() * (most - least + 1));
  }

  of<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.between(0, choices.length - 1)] ?? choices[0];
  }

  /** By weight. */
  weighed<T>(choices: readonly [[number, () => T], ...[number, () => T][]]): T {
    let left = this.#random() * choices.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, make] of choices) {
      left -= weight;
      if (left < 0) return make();
    }
    return choices[0][1]();
  }

  /** One that this history has not had: each belongs to one cluster. */
  address(at: MemberId, family: 'IPv4' | 'IPv6'): string {
    const cluster = MEMBERS.indexOf(at) + 1;
    this.#addresses += 1;
    return family === 'IPv4'
      ? `198.18.${cluster}.${this.#addresses % 250}`
      : `2001:2:0:1${cluster}::${this.#addresses.toString(16)}`;
  }
}
