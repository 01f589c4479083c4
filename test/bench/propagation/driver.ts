import type { Access } from '../rig/access.ts';
import { type Deadline, Dialogue } from '../rig/dialogue.ts';
import type { Lane } from './lanes.ts';
import type { Expect, Observed } from './observer.ts';
import type { Source } from './source.ts';
import { journeyMs } from './stamps.ts';

/** A change that has not arrived after this long is lost: the rig or the product is broken. */
const LOST_AFTER_MS = 30_000;

/** Makes changes, one in flight at a time, and asks the observer how long each took from A to B. */
export class Driver {
  readonly #sources: ReadonlyMap<Lane, Source>;
  readonly #observer: Dialogue<Expect, Observed>;

  constructor(sources: ReadonlyMap<Lane, Source>, access: { a: Access; b: Access }) {
    this.#sources = sources;
    this.#observer = new Dialogue({
      name: 'observer',
      file: new URL('./observer.ts', import.meta.url),
      config: { lanes: [...sources.keys()], ...access },
    });
  }

  /** Ends the wait that is under way, and every later one, with this error. */
  fail(error: Error): void {
    this.#observer.fail(error);
  }

  /** Resolves when the observer sees both sides of every lane. */
  async ready(): Promise<void> {
    await this.#observer.says('ready', within('the observer saw no slice of some lane in B'));
  }

  /** Milliseconds from A-visible to B-visible of one change. */
  async change(lane: Lane): Promise<number> {
    const source = this.#sources.get(lane);
    if (source === undefined) throw new Error(`no source for lane ${lane}`);
    const address = source.nextAddress;
    this.#observer.send({ lane, address });
    await this.#observer.says('armed', within('the observer does not answer'));
    await source.change();
    const repliedAt = process.hrtime.bigint();
    const lost = within(`lane ${lane}: the change to ${address} did not arrive in B`);
    const seen = await this.#observer.says('seen', lost);
    return journeyMs(seen, repliedAt);
  }

  async stop(): Promise<void> {
    await this.#observer.stop();
  }
}

function within(lost: string): Deadline {
  return { ms: LOST_AFTER_MS, lost };
}
