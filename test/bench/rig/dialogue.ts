import { setTimeout as sleep } from 'node:timers/promises';
import { Program, saidAs } from './program.ts';

/** How long to wait for a message, and what did not happen where it does not come. */
export interface Deadline {
  ms: number;
  lost: string;
}

/** A program of the benchmark as the benchmark speaks to it: one order, then what it says of it. */
export class Dialogue<In extends object, Out extends { type: string }> {
  readonly #name: string;
  readonly #program: Program<In, Out>;
  /** Said before anybody waited for it. */
  readonly #early: Out[] = [];
  #waiting: PromiseWithResolvers<Out> | undefined;
  #failure: Error | undefined;

  /** `onFailure` is told, too, when the program cannot go on. */
  constructor(
    { name, file, config }: { name: string; file: URL; config: object },
    onFailure: (error: Error) => void = () => {},
  ) {
    this.#name = name;
    this.#program = new Program<In, Out>(
      name,
      file,
      config,
      (message) => this.#take(message),
      (error) => {
        this.fail(error);
        onFailure(error);
      },
    );
  }

  send(order: In): void {
    this.#program.send(order);
  }

  /** Ends the wait that is under way, and every later one, with this error. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#waiting?.reject(error);
  }

  /**
   * What it says next, from where the last answer ended. Rejects where that is of another type, where the program or
   * the rig has failed, and after the deadline, if there is one.
   */
  async says<T extends Out['type']>(type: T, deadline?: Deadline): Promise<Extract<Out, { type: T }>> {
    if (this.#failure !== undefined) throw this.#failure;
    return saidAs(this.#name, this.#early.shift() ?? (await this.#wait(deadline)), type);
  }

  async stop(): Promise<void> {
    await this.#program.stop();
  }

  #take(message: Out): void {
    if (this.#waiting === undefined) this.#early.push(message);
    else this.#waiting.resolve(message);
  }

  async #wait(deadline: Deadline | undefined): Promise<Out> {
    const { promise, resolve, reject } = Promise.withResolvers<Out>();
    this.#waiting = { promise, resolve, reject };
    const done = new AbortController();
    if (deadline !== undefined) {
      const { ms, lost } = deadline;
      sleep(ms, undefined, { signal: done.signal }).then(
        () => reject(new Error(`${lost} within ${ms / 1_000} s`)),
        () => {},
      );
    }
    try {
      return await promise;
    } finally {
      this.#waiting = undefined;
      done.abort();
    }
  }
}
