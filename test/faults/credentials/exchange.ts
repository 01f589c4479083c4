import { exportsPlain } from '#test/driver/exporting.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';

/** One export of each member, of which an address changes: whoever sees the other's shows that reads and writes work. */
export class Exchanged {
  readonly #set: OpenedSet;
  readonly #name: string;
  #last = 0;

  constructor(set: OpenedSet, name: string) {
    this.#set = set;
    this.#name = name;
  }

  /** Both members change their address; nobody waits. */
  async change(): Promise<void> {
    const n = ++this.#last;
    const [zzzc, shbt] = [this.#set().member('zzzc'), this.#set().member('shbt')];
    await exportsPlain(zzzc, 'prod', this.#name, `198.18.35.${n}`);
    await exportsPlain(shbt, 'prod', this.#name, `198.18.135.${n}`);
  }

  /** Each shows the other's last address. */
  async arrived(): Promise<void> {
    const n = this.#last;
    await this.#set()
      .member('shbt')
      .awaitAddresses('prod', this.#name, 'zzzc', [`198.18.35.${n}`]);
    await this.#set()
      .member('zzzc')
      .awaitAddresses('prod', this.#name, 'shbt', [`198.18.135.${n}`]);
  }

  /** What shbt shows of zzzc's. */
  async shown(): Promise<string[]> {
    return this.#set().member('shbt').importedAddresses('prod', this.#name, 'zzzc');
  }
}
