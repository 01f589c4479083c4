import type { RevisionMode } from '#test/clusters/provider.ts';
import type { Agent } from '#test/driver/agent.ts';
import { dropReply } from '#test/proxy/actions.ts';
import { setDenial } from './denial.ts';
import type { HubAdmin } from './hub-admin.ts';
import { isWrite } from './link.ts';
import type { Rig } from './rig.ts';
import type { Fault, FaultStep, MemberId } from './script.ts';
import type { World } from './world.ts';

/** A fault that has begun. */
interface Open {
  end: () => Promise<void>;
  beatsLeft: number;
}

/** The faults of one round: begins them, ends them when their beats are over, and heals everything. */
export class Faults {
  readonly #rig: Rig;
  readonly #worlds: ReadonlyMap<number, World>;
  readonly #admin: HubAdmin;
  readonly #open = new Set<Open>();
  readonly #down = new Map<MemberId, Promise<void>>();
  #count = 0;

  /** The worlds by their position in the round. */
  constructor(rig: Rig, worlds: ReadonlyMap<number, World>, admin: HubAdmin) {
    this.#rig = rig;
    this.#worlds = worlds;
    this.#admin = admin;
  }

  /** How many have begun. */
  get count(): number {
    return this.#count;
  }

  async begin(step: FaultStep): Promise<void> {
    this.#count += 1;
    this.#open.add({ end: await this.#begin(step), beatsLeft: step.lasts });
  }

  /** A beat is over, and with it some faults. */
  async tick(): Promise<void> {
    for (const open of [...this.#open]) {
      open.beatsLeft -= 1;
      if (open.beatsLeft > 0) continue;
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
      case 'server dies':
        return this.#rig.kills(fault.server, fault.compacted);
      case 'hub restored':
        return this.#restored(fault.mode);
      case 'denied':
        return this.#denied(fault);
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
      await this.#rig.start(at);
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

  async #restored(mode: RevisionMode): Promise<() => Promise<void>> {
    if (!this.#rig.isUp('hub')) return async () => {};
    const worlds = [...this.#worlds.values()];
    const saved = new Map(worlds.map((world) => [world, world.hub.now]));
    const restore = await this.#rig.savesHub(mode);
    return async () => {
      const from = Date.now();
      await restore();
      const done = Date.now();
      for (const [world, rules] of saved) world.hub.become(rules, from, done);
      this.#admin.learns();
    };
  }

  async #denied({ at, history, what }: Fault & { fault: 'denied' }): Promise<() => Promise<void>> {
    const world = this.#worlds.get(history);
    if (!world?.isOpen(at) || !this.#rig.isUp(at)) return async () => {};
    const client = this.#rig.member(at);
    const open = { from: Date.now(), until: Number.POSITIVE_INFINITY };
    world.denials.get(at)?.push(open);
    await setDenial(client, world.namespace, what, true);
    return async () => {
      await setDenial(client, world.namespace, what, false);
      open.until = Date.now();
    };
  }
}
