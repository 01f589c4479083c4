import { Dialogue } from '../rig/dialogue.ts';
import type { LookOut, SightConfig, Sighted } from './sight-side.ts';

/** A change that is seen nowhere after this long is lost: the rig or the product is broken. */
const DEADLINE = { ms: 30_000, lost: 'what was looked for was not seen' };

/** When one change was where, in milliseconds of the machine's monotonic clock. */
export interface Seen {
  /** By watch, in the order of the lane's watches. */
  at: readonly number[];
  answeredAt: number;
}

/** The process that sees, as the benchmark speaks to it: one change at a time. */
export class Sight {
  readonly #program: Dialogue<LookOut, Sighted>;

  private constructor(config: SightConfig) {
    const file = new URL('./sight-side.ts', import.meta.url);
    this.#program = new Dialogue({ name: 'sight', file, config });
  }

  /** Resolves when every watch has shown what is there. */
  static async open(config: SightConfig): Promise<Sight> {
    const sight = new Sight(config);
    try {
      await sight.#program.says('ready', DEADLINE);
    } catch (error) {
      await sight.stop();
      throw error;
    }
    return sight;
  }

  /** Makes a change and says when it was seen. */
  async see(order: LookOut, change: () => Promise<void>): Promise<Seen> {
    this.#program.send(order);
    await this.#program.says('armed', DEADLINE);
    const [{ at, answeredAt }] = await Promise.all([this.#program.says('seen', DEADLINE), change()]);
    return { at: at.map(milliseconds), answeredAt: milliseconds(answeredAt) };
  }

  async stop(): Promise<void> {
    await this.#program.stop();
  }
}

const milliseconds = (nanoseconds: string) => Number(nanoseconds) / 1e6;
