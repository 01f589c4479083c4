import { Program } from '../rig/program.ts';
import type { Account } from './ledger.ts';
import type { Observed, ObserverConfig, Order } from './observer.ts';

/** The observer as the benchmark speaks to it. Whatever breaks a program of the rig ends every wait. */
export class Observing {
  readonly #program: Program<Order, Observed>;
  readonly #waiting = new Map<string, PromiseWithResolvers<Observed>>();
  #failure: Error | undefined;

  constructor(config: ObserverConfig) {
    this.#program = new Program(
      'observer',
      new URL('./observer.ts', import.meta.url),
      config,
      (message: Observed) => this.#take(message),
      (error) => this.fail(error),
    );
  }

  /** Ends the waits that are under way, and every later one, with this error. */
  fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
  }

  /** Resolves when every watch has shown something. */
  async ready(): Promise<void> {
    await this.#next('ready');
  }

  /** Forgets what was counted so far; the next account begins here. */
  async begin(lane: string): Promise<void> {
    await this.account(lane);
  }

  /**
   * Resolves when the source has shown this many changes since the last account and every target shows all of them,
   * with the milliseconds by which each target was behind the last of them. `madeAt` is when the last one had been made
   * for certain, in nanoseconds of the machine's monotonic clock; without it, it was made when the source showed it.
   */
  async arrived(lane: string, changes: number, madeAt?: bigint): Promise<Record<string, number>> {
    const arrived = this.#next(`arrived ${lane}`);
    const at = madeAt === undefined ? {} : { madeAt: String(madeAt) };
    this.#program.send({ type: 'expect', lane, changes, ...at });
    const message = await arrived;
    return message.type === 'arrived' ? message.lagMs : {};
  }

  /** What became of the changes since the last account, by target. */
  async account(lane: string): Promise<Record<string, Account>> {
    const account = this.#next(`account ${lane}`);
    this.#program.send({ type: 'account', lane });
    const message = await account;
    return message.type === 'account' ? message.targets : {};
  }

  async stop(): Promise<void> {
    await this.#program.stop();
  }

  #next(what: string): Promise<Observed> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const waiting = this.#waiting.get(what) ?? Promise.withResolvers<Observed>();
    this.#waiting.set(what, waiting);
    return waiting.promise;
  }

  #take(message: Observed): void {
    const what = message.type === 'ready' ? 'ready' : `${message.type} ${message.lane}`;
    this.#waiting.get(what)?.resolve(message);
    this.#waiting.delete(what);
  }
}
