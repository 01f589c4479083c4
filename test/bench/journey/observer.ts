import type { Access } from '../rig/access.ts';
import { ApiServer } from '../rig/api-server.ts';
import { type Channel, runProgram } from '../rig/program-side.ts';
import { type Account, Ledger } from './ledger.ts';
import { newestIn } from './numbers.ts';

/** One watch: a collection, with a query, on one of the servers. */
export interface View {
  server: string;
  path: string;
}

/** Where the changes of a lane begin, and where else they become visible, by name. */
export interface LaneViews {
  source: View;
  targets: Record<string, View>;
}

export interface ObserverConfig {
  servers: Record<string, Access>;
  lanes: Record<string, LaneViews>;
}

export type Order =
  /**
   * Say so when the source has shown this many changes since the last account, and all targets show them. `madeAt` is
   * when the last of them was made at the latest, in nanoseconds of the machine's monotonic clock, as text.
   */
  { type: 'expect'; lane: string; changes: number; madeAt?: string } | { type: 'account'; lane: string };

export type Observed =
  | { type: 'ready' }
  /** `lagMs`: from the last change at the source until a target showed all of them. */
  | { type: 'arrived'; lane: string; lagMs: Record<string, number> }
  | { type: 'account'; lane: string; targets: Record<string, Account> };

/** The first name in an event is the object's own: metadata comes before what is in the object. */
const NAME = /"name":"([^"]+)"/;
const NAMESPACE = /"namespace":"([^"]+)"/;

class Lane {
  readonly targets: ReadonlyMap<string, Ledger>;
  #lastChange = 0n;
  readonly #lastShown = new Map<string, bigint>();
  #expected: number | undefined;
  #madeAt: bigint | undefined;

  constructor(targets: readonly string[]) {
    this.targets = new Map(targets.map((target) => [target, new Ledger()]));
  }

  source(line: string, at: bigint): void {
    const object = `${NAMESPACE.exec(line)?.[1]}/${NAME.exec(line)?.[1]}`;
    const change = newestIn(line);
    for (const ledger of this.targets.values()) {
      const before = ledger.changes;
      ledger.source(object, change, at);
      if (ledger.changes > before) this.#lastChange = at;
    }
  }

  target(target: string, line: string, at: bigint): void {
    this.targets.get(target)?.target(newestIn(line), at);
    this.#lastShown.set(target, at);
  }

  expect(changes: number, madeAt: string | undefined): void {
    this.#expected = changes;
    this.#madeAt = madeAt === undefined ? undefined : BigInt(madeAt);
  }

  /** Lags, once, when all that is expected is there. */
  arrived(): Record<string, number> | undefined {
    if (this.#expected === undefined) return undefined;
    for (const ledger of this.targets.values()) {
      if (ledger.changes < this.#expected || ledger.outstanding > 0) return undefined;
    }
    this.#expected = undefined;
    // A server that is busy may tell the observer later than others.
    const made =
      this.#madeAt !== undefined && this.#madeAt < this.#lastChange ? this.#madeAt : this.#lastChange;
    const lag = (target: string) => Number((this.#lastShown.get(target) ?? 0n) - made) / 1e6;
    return Object.fromEntries([...this.targets.keys()].map((target) => [target, lag(target)]));
  }
}

/**
 * Watches every lane's collections with nothing but byte searches, stamps what arrives by one monotonic clock and
 * keeps account of every change. It knows nothing of who carries a change.
 */
async function observe(config: ObserverConfig, channel: Channel<Observed>): Promise<(order: Order) => void> {
  const servers = new Map(
    Object.entries(config.servers).map(([name, access]) => [name, new ApiServer(access)]),
  );
  const lanes = new Map(
    Object.entries(config.lanes).map(([name, { targets }]) => [name, new Lane(Object.keys(targets))]),
  );
  const lookAgain = (name: string) => {
    const lagMs = lanes.get(name)?.arrived();
    if (lagMs !== undefined) channel.send({ type: 'arrived', lane: name, lagMs });
  };
  const follow = ({ server, path }: View, onLine: (line: string, at: bigint) => void) => {
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const watched = servers.get(server);
    if (watched === undefined) throw new Error(`there is no server ${server} to watch`);
    watched
      .follow(path, new AbortController().signal, (line, at) => {
        begin();
        onLine(line, at);
      })
      .catch((error: unknown) => channel.fail(error));
    return begun;
  };

  // Every watched collection holds something already: the first event proves the watch live.
  await Promise.all(
    Object.entries(config.lanes).flatMap(([name, { source, targets }]) => [
      follow(source, (line, at) => {
        lanes.get(name)?.source(line, at);
        lookAgain(name);
      }),
      ...Object.entries(targets).map(([target, view]) =>
        follow(view, (line, at) => {
          lanes.get(name)?.target(target, line, at);
          lookAgain(name);
        }),
      ),
    ]),
  );
  channel.send({ type: 'ready' });
  return (order) => {
    const lane = lanes.get(order.lane);
    if (lane === undefined) return channel.fail(new Error(`there is no lane ${order.lane}`));
    if (order.type === 'expect') {
      lane.expect(order.changes, order.madeAt);
      return lookAgain(order.lane);
    }
    const accounts = [...lane.targets].map(([target, ledger]) => [target, ledger.close()]);
    channel.send({ type: 'account', lane: order.lane, targets: Object.fromEntries(accounts) });
  };
}

runProgram(observe);
