import { setTimeout as sleep } from 'node:timers/promises';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { Source } from '../journey/source.ts';
import type { ApiServer } from '../rig/api-server.ts';
import { firstChange, LANES, type Lane, sourceSlice } from './content.ts';

/** Writes under way at once; each slice is one writer's alone, so that its changes are made in their order. */
const WRITERS = 16;

/** Rolls all Services of a lane at once: every slice changes, then every slice again, and so on. */
export class Roller {
  readonly #sources: ReadonlyMap<Lane, readonly Source[]>;
  #number: number;

  private constructor(sources: ReadonlyMap<Lane, readonly Source[]>, services: number) {
    this.#sources = sources;
    this.#number = firstChange(services);
  }

  /** Creates every lane's slices in A. */
  static async create(a: ApiServer, services: number): Promise<Roller> {
    const sources = new Map<Lane, Source[]>();
    for (const lane of LANES) {
      const created: Source[] = [];
      const left = Array.from({ length: services }, (_, service) => service).values();
      await writers(async () => {
        for (const service of left) {
          created.push(await Source.create(a, endpointSlices, sourceSlice(lane, services, service)));
        }
      });
      sources.set(lane, created);
    }
    return new Roller(sources, services);
  }

  /**
   * Makes so many changes of every slice; at most `rate` a second over all of them, or as fast as A takes them.
   * Resolves with their number.
   */
  async roll(lane: Lane, updates: number, rate: number | undefined): Promise<number> {
    const sources = this.#sources.get(lane) ?? [];
    const start = performance.now();
    let made = 0;
    await writers(async (writer) => {
      for (let update = 0; update < updates; update++) {
        for (let n = writer; n < sources.length; n += WRITERS) {
          const due = rate === undefined ? 0 : start + (made * 1_000) / rate;
          made++;
          const wait = due - performance.now();
          if (wait > 0) await sleep(wait);
          await sources[n]?.change(this.#number++);
        }
      }
    });
    return made;
  }
}

async function writers(work: (writer: number) => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => work(writer)));
}
