/** What a wide area does to each direction of a link. */
export interface Shape {
  /** From one end to the other, for every byte. */
  delayMs: number;
  /** How many bytes enter the link in a second, whoever sends them. */
  bytesPerSecond: number;
}

interface Parcel {
  /** performance.now() */
  due: number;
  deliver: () => void;
}

/** One direction of a link: what enters it leaves it in the same order, as late as the shape has it. */
export class Lane {
  /** For what enters from now on; undefined: it takes no time, but overtakes nothing. */
  shape: Shape | undefined;
  readonly #parcels: Parcel[] = [];
  /** When the last byte so far has entered the link. */
  #freeAt = 0;
  #lastDue = 0;
  #timer: NodeJS.Timeout | undefined;

  /** Delivers later what is so many bytes long; at once where nothing holds it up. */
  carry(bytes: number, deliver: () => void): void {
    const now = performance.now();
    if (this.shape === undefined && this.#parcels.length === 0) {
      deliver();
      return;
    }
    const { delayMs, bytesPerSecond } = this.shape ?? {
      delayMs: 0,
      bytesPerSecond: Number.POSITIVE_INFINITY,
    };
    this.#freeAt = Math.max(now, this.#freeAt) + (1_000 * bytes) / bytesPerSecond;
    this.#lastDue = Math.max(this.#lastDue, this.#freeAt + delayMs);
    this.#parcels.push({ due: this.#lastDue, deliver });
    this.#timer ??= this.#wait();
  }

  #wait(): NodeJS.Timeout | undefined {
    const [next] = this.#parcels;
    if (next === undefined) return undefined;
    return setTimeout(() => this.#deliver(), Math.max(0, next.due - performance.now()));
  }

  #deliver(): void {
    const now = performance.now();
    for (let [next] = this.#parcels; next !== undefined && next.due <= now; [next] = this.#parcels) {
      this.#parcels.shift();
      next.deliver();
    }
    this.#timer = this.#wait();
  }
}
