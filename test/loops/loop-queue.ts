import type { ControllerSpec, ReconcileContext } from '#src/runtime/controller.ts';

/** Reconciles that one state of the world may lead to: every object a few times. */
const MOST_RECONCILES = 600;

/** Looks at what the watches of control loops name, one key at a time and in the order in which they were named. */
export class LoopQueue {
  readonly #loops: readonly ControllerSpec[];
  readonly #context: ReconcileContext;
  readonly #named = new Set<string>();
  /** What asked to be looked at again. */
  readonly #asked = new Set<string>();

  constructor(loops: readonly ControllerSpec[], context: ReconcileContext) {
    this.#loops = loops;
    this.#context = context;
    for (const { name, watches } of loops) {
      for (const watch of watches) watch.attach((key) => this.add(name, key));
    }
  }

  /** Throws where there is no such loop. */
  add(loop: string, key: string): void {
    if (!this.#loops.some(({ name }) => name === loop)) throw new Error(`there is no loop ${loop}`);
    this.#named.add(`${loop} ${key}`);
  }

  /** Does all that follows from what has been named, and throws where that has no end. */
  async settles(): Promise<void> {
    for (let done = 0; this.#named.size > 0; done++) {
      if (done === MOST_RECONCILES)
        throw new Error(`it does not come to rest: ${[...this.#named].slice(0, 5)}`);
      const [entry = ''] = this.#named;
      this.#named.delete(entry);
      const space = entry.indexOf(' ');
      const loop = this.#loops.find(({ name }) => name === entry.slice(0, space));
      const again = await loop?.reconcile(entry.slice(space + 1), this.#context);
      if (again?.requeueAfter === undefined) this.#asked.delete(entry);
      else this.#asked.add(entry);
    }
  }

  /** The same, where so much time has passed that everything is looked at that was to be looked at again. */
  async waits(): Promise<void> {
    for (const entry of this.#asked) this.#named.add(entry);
    await this.settles();
  }
}
