import { type Action, pass } from '#test/proxy/actions.ts';
import type { Exchange } from '#test/proxy/exchange.ts';
import type { FaultProxy } from '#test/proxy/fault-proxy.ts';
import type { ProxiedRequest } from '#test/proxy/request.ts';

/** A kill that is planned. */
export interface PlannedKill {
  /** Resolves when the program is gone. */
  readonly killed: Promise<void>;
  /** The write after which it is killed has been committed. */
  readonly done: boolean;
  /** Calls it off; or, once it is done, lets the next program through. */
  lift(): void;
}

/**
 * Kills a program exactly between two of its writes: when the server has committed the n-th one, whose
 * reply never arrives. Up to then writes are passed on one at a time, and from then on none gets through.
 */
export class KillSwitch {
  readonly #on: FaultProxy;
  readonly #others: readonly FaultProxy[];
  readonly #counts: (request: ProxiedRequest) => boolean;

  /** Counts the writes that go through `on` and that `counts` picks; `others` are the program's other ways out. */
  constructor(on: FaultProxy, others: readonly FaultProxy[], counts: (request: ProxiedRequest) => boolean) {
    this.#on = on;
    this.#others = others;
    this.#counts = counts;
  }

  after(n: number, kill: () => Promise<void>): PlannedKill {
    const killed = Promise.withResolvers<void>();
    // Looked at by whoever waits for it; a failure must not end the test run before.
    killed.promise.catch(() => undefined);
    let committed = 0;
    const count = async (exchange: Exchange): Promise<void> => {
      if (committed === n) return exchange.reset();
      if (!this.#counts(exchange.request)) return pass()(exchange);
      if (committed + 1 < n) {
        await pass()(exchange);
        committed++;
        return;
      }
      const { body } = await exchange.forward();
      await body.dump();
      committed++;
      // Whatever it still tries until it is gone, nothing gets through.
      exchange.reset();
      kill().then(killed.resolve, killed.reject);
    };
    let turn: Promise<unknown> = Promise.resolve();
    const oneByOne: Action = (exchange) => {
      const mine = turn.then(() => count(exchange));
      turn = mine.catch(() => undefined);
      return mine;
    };
    const unlessDead: Action = async (exchange) => (committed === n ? exchange.reset() : pass()(exchange));
    const scripts = [
      this.#on.script({ when: isWrite, times: Number.POSITIVE_INFINITY, action: oneByOne }),
      ...this.#others.map((proxy) =>
        proxy.script({ when: isWrite, times: Number.POSITIVE_INFINITY, action: unlessDead }),
      ),
    ];
    return {
      killed: killed.promise,
      get done() {
        return committed === n;
      },
      lift: () => {
        for (const script of scripts) script.cancel();
      },
    };
  }
}

function isWrite({ mutation }: ProxiedRequest): boolean {
  return mutation !== undefined;
}
