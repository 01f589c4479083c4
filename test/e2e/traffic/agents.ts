import { expect } from 'vitest';
import { AgentProcess } from '#test/driver/agent-process.ts';
import { eventually } from '#test/driver/eventually.ts';
import type { TestSet } from '#test/driver/set.ts';

/** How an agent ends: as an update ends it, or as a crash does. */
export type Ending = 'SIGTERM' | 'SIGKILL';

/** The agents of all members of a set, each a process of its own. */
export class Agents {
  readonly #set: TestSet;
  readonly #running = new Map<string, AgentProcess>();

  private constructor(set: TestSet) {
    this.#set = set;
  }

  /** Starts one in every member; resolves when all are ready. */
  static async start(set: TestSet): Promise<Agents> {
    const agents = new Agents(set);
    await Promise.all(set.members.map(({ id }) => agents.#start(id)));
    return agents;
  }

  /** Ends the agent of every member and starts it again, one member after the other; resolves when all are ready. */
  async restart(ending: Ending): Promise<void> {
    for (const { id } of this.#set.members) {
      const agent = this.#running.get(id);
      await (ending === 'SIGTERM' ? agent?.terminate() : agent?.kill());
      await this.#start(id);
    }
  }

  async #start(id: string): Promise<void> {
    const agent = await AgentProcess.member(this.#set, id);
    this.#running.set(id, agent);
    await eventually(`the agent of ${id} is ready`, async () =>
      expect(await agent.page('/readyz')).toEqual({ status: 200, text: 'ok\n' }),
    );
  }
}
