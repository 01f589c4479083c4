import { Program } from '../rig/program.ts';
import type { BulkConfig, BulkSaid, WriteAll } from './bulk.ts';

/** The process of the bare bulk write, as the benchmark speaks to it. */
export class BareBulk {
  readonly #program: Program<WriteAll, BulkSaid>;
  #waiting = Promise.withResolvers<void>();

  private constructor(config: BulkConfig) {
    this.#program = new Program<WriteAll, BulkSaid>(
      'bulk',
      new URL('./bulk.ts', import.meta.url),
      config,
      () => this.#waiting.resolve(),
      (error) => this.#waiting.reject(error),
    );
  }

  /** Resolves when the records are on the hub. */
  static async start(config: BulkConfig): Promise<BareBulk> {
    const bulk = new BareBulk(config);
    await bulk.#waiting.promise;
    return bulk;
  }

  /** Writes every record once more. */
  async write(): Promise<void> {
    this.#waiting = Promise.withResolvers();
    this.#program.send({ type: 'write' });
    await this.#waiting.promise;
  }

  async stop(): Promise<void> {
    await this.#program.stop();
  }
}
