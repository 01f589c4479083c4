import { Dialogue } from '../rig/dialogue.ts';
import type { Lane, Publish, Published, PublisherConfig } from './publisher-side.ts';

/** How many changes were made, within how long. */
export interface Made {
  changes: number;
  ms: number;
}

/** The publishing clusters as the benchmark speaks to them: one order at a time. */
export class Publishing {
  readonly #program: Dialogue<Publish, Published>;

  constructor(config: PublisherConfig, onFailure: (error: Error) => void) {
    const file = new URL('./publisher-side.ts', import.meta.url);
    this.#program = new Dialogue({ name: 'publishers', file, config }, onFailure);
  }

  /** Everything for the first time. */
  async publish(): Promise<void> {
    this.#program.send({ type: 'publish' });
    await this.#program.says('published');
  }

  /** Changes at a rate, a second, for so many seconds. */
  change(lane: Lane, rate: number, seconds: number): Promise<Made> {
    return this.#make({ type: 'change', lane, rate, seconds });
  }

  /** So many slices once each, as fast as the hub takes them. */
  burst(lane: Lane, changes: number): Promise<Made> {
    return this.#make({ type: 'burst', lane, changes });
  }

  async stop(): Promise<void> {
    await this.#program.stop();
  }

  async #make(order: Publish): Promise<Made> {
    this.#program.send(order);
    const { changes, ms } = await this.#program.says('changed');
    return { changes, ms };
  }
}
