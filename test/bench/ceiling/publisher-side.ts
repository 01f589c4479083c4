import { setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { memberReports } from '#apis/hub/member-report.ts';
import { createObject, Source } from '../journey/source.ts';
import type { Access } from '../rig/access.ts';
import { ApiServer } from '../rig/api-server.ts';
import { type Channel, runProgram } from '../rig/program-side.ts';
import { seededRandom, shuffled } from '../stats/random.ts';
import {
  BARE_SLICES,
  bareRecord,
  exportedService,
  firstChange,
  report,
  type Shape,
  sliceRecord,
} from './content.ts';

export type Lane = 'product' | 'bare';

export interface PublisherConfig {
  shape: Shape;
  clusterSetUID: string;
  /** The hub, with the identity of each publishing cluster. */
  clusters: readonly Access[];
  /** The hub, with the right to write the bare lane's records. */
  bare: Access;
  seed: number;
}

export type Publish =
  /** Everything of both lanes, for the first time. */
  | { type: 'publish' }
  /** So many changes a second, as long as told; then as many slices at once as told, or none. */
  | { type: 'change'; lane: Lane; rate: number; seconds: number }
  /** Every one of the next so many slices once, as fast as the hub takes them. */
  | { type: 'burst'; lane: Lane; changes: number };

export type Published =
  | { type: 'published' }
  /** How many changes were made, within how long. */
  | { type: 'changed'; changes: number; ms: number };

/** Less than anything whose speed is measured: on a small machine publishers must not take the importer's place. */
const NICE = 10;
/** Writes under way at once. */
const WRITERS = 32;

/** Stands in for the agents of many clusters: writes on the hub what they would, each with its own identity. */
class Publishers {
  readonly #config: PublisherConfig;
  readonly #sources: Record<Lane, Source[]> = { product: [], bare: [] };
  readonly #next: Record<Lane, number> = { product: 0, bare: 0 };
  #number: number;

  constructor(config: PublisherConfig) {
    this.#config = config;
    this.#number = firstChange(config.shape);
  }

  async publish(): Promise<void> {
    const { shape, clusterSetUID, clusters, bare, seed } = this.#config;
    const left = clusters.entries();
    await writers(async () => {
      for (const [cluster, access] of left) {
        const hub = new ApiServer(access, { connections: 1 });
        await createObject(hub, memberReports, report(shape, cluster, clusterSetUID));
        for (let service = 0; service < shape.services; service++) {
          await createObject(hub, exportedServices, exportedService(cluster, service));
          this.#sources.product.push(
            await Source.create(hub, exportedEndpointSlices, sliceRecord(shape, cluster, service)),
          );
        }
      }
    });
    const hub = new ApiServer(bare);
    const slices = Array.from({ length: BARE_SLICES }, (_, slice) => slice).values();
    await writers(async () => {
      for (const slice of slices)
        this.#sources.bare.push(await Source.create(hub, exportedEndpointSlices, bareRecord(shape, slice)));
    });
    const random = seededRandom(seed);
    for (const lane of ['product', 'bare'] as const) {
      this.#sources[lane] = shuffled(this.#sources[lane], random);
    }
  }

  /** Changes the slices of a lane in turn, at this rate until the time is over. A hub that is slower slows it down. */
  async change(lane: Lane, rate: number, seconds: number): Promise<{ changes: number; ms: number }> {
    const start = performance.now();
    let changes = 0;
    await writers(async () => {
      for (;;) {
        const due = start + (changes * 1_000) / rate;
        if (Math.max(due, performance.now()) >= start + seconds * 1_000) return;
        changes++;
        const change = this.#nextChange(lane);
        await sleep(Math.max(0, due - performance.now()));
        await change();
      }
    });
    return { changes, ms: performance.now() - start };
  }

  async burst(lane: Lane, changes: number): Promise<{ changes: number; ms: number }> {
    const start = performance.now();
    let made = 0;
    await writers(async () => {
      while (made < changes) {
        made++;
        await this.#nextChange(lane)();
      }
    });
    return { changes, ms: performance.now() - start };
  }

  /** Numbers are given in the order in which changes are asked for, so that those of one slice rise. */
  #nextChange(lane: Lane): () => Promise<void> {
    const sources = this.#sources[lane];
    const source = sources[this.#next[lane]++ % sources.length];
    const number = this.#number++;
    return async () => source?.change(number);
  }
}

async function writers(work: () => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: WRITERS }, work));
}

async function publish(
  config: PublisherConfig,
  channel: Channel<Published>,
): Promise<(order: Publish) => void> {
  setPriority(NICE);
  const publishers = new Publishers(config);
  const carryOut = async (order: Publish): Promise<Published> => {
    switch (order.type) {
      case 'publish':
        await publishers.publish();
        return { type: 'published' };
      case 'change':
        return { type: 'changed', ...(await publishers.change(order.lane, order.rate, order.seconds)) };
      case 'burst':
        return { type: 'changed', ...(await publishers.burst(order.lane, order.changes)) };
    }
  };
  return (order) => {
    carryOut(order).then(
      (done) => channel.send(done),
      (error: unknown) => channel.fail(error),
    );
  };
}

runProgram(publish);
