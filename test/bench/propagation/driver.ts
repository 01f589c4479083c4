import { setTimeout as sleep } from 'node:timers/promises';
import type { Access } from '../rig/access.ts';
import { Program } from '../rig/program.ts';
import type { Lane } from './lanes.ts';
import type { Expect, Observed } from './observer.ts';
import type { Source } from './source.ts';

/** A change that has not arrived after this long is lost: the rig or the product is broken. */
const LOST_AFTER_MS = 30_000;

interface Waiting {
  resolve(message: Observed): void;
  reject(error: Error): void;
}

/** Makes changes, one in flight at a time, and asks the observer how long each took from A to B. */
export class Driver {
  readonly #sources: ReadonlyMap<Lane, Source>;
  readonly #observer: Program<Expect, Observed>;
  #waiting: Waiting | undefined;
  #early: Observed[] = [];
  #failure: Error | undefined;

  constructor(sources: ReadonlyMap<Lane, Source>, access: { a: Access; b: Access }) {
    this.#sources = sources;
    this.#observer = new Program(
      'observer',
      new URL('./observer.ts', import.meta.url),
      { lanes: [...sources.keys()], ...access },
      (message) => this.#take(message),
      (error) => this.fail(error),
    );
  }

  /** Ends the wait that is under way, and every later one, with this error. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#waiting?.reject(error);
  }

  /** Resolves when the observer sees both sides of every lane. */
  async ready(): Promise<void> {
    await this.#next('ready', 'the observer saw no slice of some lane in B');
  }

  /** Milliseconds from A-visible to B-visible of one change. */
  async change(lane: Lane): Promise<number> {
    const source = this.#sources.get(lane);
    if (source === undefined) throw new Error(`no source for lane ${lane}`);
    const address = source.nextAddress;
    this.#observer.send({ lane, address });
    await this.#next('armed', 'the observer does not answer');
    await source.change();
    const seen = await this.#next('seen', `lane ${lane}: the change to ${address} did not arrive in B`);
    return seen.ms;
  }

  async stop(): Promise<void> {
    await this.#observer.stop();
  }

  #take(message: Observed): void {
    if (this.#waiting === undefined) this.#early.push(message);
    else this.#waiting.resolve(message);
  }

  async #next<T extends Observed['type']>(type: T, lost: string): Promise<Extract<Observed, { type: T }>> {
    if (this.#failure !== undefined) throw this.#failure;
    const early = this.#early.shift();
    const message = early ?? (await this.#wait(lost));
    if (!isOfType(message, type)) throw new Error(`the observer said ${message.type} instead of ${type}`);
    return message;
  }

  async #wait(lost: string): Promise<Observed> {
    const { promise, resolve, reject } = Promise.withResolvers<Observed>();
    this.#waiting = { resolve, reject };
    const done = new AbortController();
    sleep(LOST_AFTER_MS, undefined, { signal: done.signal }).then(
      () => reject(new Error(`${lost} within ${LOST_AFTER_MS / 1_000} s`)),
      () => {},
    );
    try {
      return await promise;
    } finally {
      this.#waiting = undefined;
      done.abort();
    }
  }
}

function isOfType<T extends Observed['type']>(
  message: Observed,
  type: T,
): message is Extract<Observed, { type: T }> {
  return message.type === type;
}
