import { Dialogue } from '../rig/dialogue.ts';
import type { Ask, Asked, LoadConfig } from './load-side.ts';

/** The process that asks, as the benchmark speaks to it. */
export class Load {
  readonly #program: Dialogue<Ask, Asked>;

  constructor(config: LoadConfig) {
    this.#program = new Dialogue({ name: 'load', file: new URL('./load-side.ts', import.meta.url), config });
  }

  /** Asks for so long; resolves with the number of answers, each of which was whole. */
  async ask(order: Omit<Ask, 'type'>): Promise<Pick<Asked, 'answers' | 'ms'>> {
    this.#program.send({ type: 'ask', ...order });
    return this.#program.says('asked');
  }

  async stop(): Promise<void> {
    await this.#program.stop();
  }
}
