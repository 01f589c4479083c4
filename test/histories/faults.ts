import type { Agent } from '#test/driver/agent.ts';
import { dropReply } from '#test/proxy/actions.ts';
import { isWrite } from './link.ts';
import type { Rig } from './rig.ts';
import type { Fault, MemberId, Step } from './script.ts';
import { isFault } from './script.ts';

/** A fault that has begun. */
interface Open {
  end: () => Promise<void>;
  stepsLeft: number;
}

/** The faults of one history: begins them, ends them when their steps are over, and heals everything. */
export class Faults {
  readonly #rig: Rig;
  readonly #open = new Set<Open>();
  readonly #down = new Map<MemberId, Promise<void>>();
  #count = 0;

  constructor(rig: Rig) {
    this.#rig = rig;
  }

  /** How many have begun. */
  get count(): number {
    return this.#count;
  }

  /** Begins the fault of a step, if it is one. */
  async begin(step: Step): Promise<void> {
    if (!isFault(step)) return;
    this.#count += 1;
    this.#open.add({ end: await this.#begin(step), stepsLeft: step.lasts });
  }

  /** A step is over, and with it some faults. */
  async tick(): Promise<void> {
    for (const open of [...this.#open]) {
      open.stepsLeft -= 1;
      if (open.stepsLeft > 0) continue;
      this.#open.delete(open);
      await open.end();
    }
  }

  /** Ends all that is left; every program runs again afterwards. */
  async heal(): Promise<void> {
    for (const { end } of this.#open) await end();
    this.#open.clear();
  }

  #begin(fault: Fault): Promise<() => Promise<void>> | (() => Promise<void>) {
    switch (fault.fault) {
      case 'kill':
        return this.#kill(fault);
      case 'stop':
        return this.#goesDown(fault.at, () => this.#rig.stop(fault.at));
      case 'twin':
        return this.#twin(fault.at);
      case 'no hub controller':
        return this.#withoutHubController();
      default:
        return this.#rig.link(fault.at, fault.link).begin(fault);
    }
  }

  #kill({ at, afterWrite }: Fault & { fault: 'kill' }): () => Promise<void> {
    if (afterWrite === undefined) return this.#goesDown(at, () => this.#rig.kill(at));
    let writes = 0;
    const fired = Promise.withResolvers<() => Promise<void>>();
    const { hub, own } = this.#rig.place(at).links;
    const scripts = [hub, own].map(({ proxy }) =>
      proxy.script({
        when: (request) => isWrite(request) && ++writes === afterWrite,
        action: async (exchange) => {
          // The other side may be gone already; the agent dies all the same.
          await dropReply()(exchange).catch(() => exchange.reset());
          fired.resolve(this.#goesDown(at, () => this.#rig.kill(at)));
        },
      }),
    );
    return async () => {
      for (const script of scripts) script.cancel();
      if (writes < afterWrite) return;
      const rises = await fired.promise;
      await rises();
    };
  }

  /** Whoever is down already is not taken down again. */
  #goesDown(at: MemberId, how: () => Promise<void>): () => Promise<void> {
    if (this.#down.has(at)) return async () => {};
    const down = how();
    // Looked at when it is started again.
    down.catch(() => undefined);
    this.#down.set(at, down);
    return async () => {
      await down;
      this.#down.delete(at);
      this.#rig.start(at);
    };
  }

  #twin(at: MemberId): () => Promise<void> {
    const twin: Agent = this.#rig.twin(at);
    return () => twin.stop();
  }

  async #withoutHubController(): Promise<() => Promise<void>> {
    const { set } = this.#rig;
    await set.stopAgent('hub');
    return async () => {
      if (!set.agents.has('hub')) set.startHub();
    };
  }
}
