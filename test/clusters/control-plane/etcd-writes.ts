import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import { until } from '../machine/until.ts';
import type { StoreWrites } from '../provider.ts';
import { type EtcdPlace, etcdUrl, put } from './etcd.ts';

/** Outside of what the API server keeps there, so that nobody watches it. */
const MARKER = '/marker/';
/** For etcd, from the least key to the greatest. */
const ALL_KEYS = { key: 'AA==', range_end: 'AA==' };

interface WatchReply {
  result?: { created?: boolean; events?: { kv?: { key?: string } }[] };
  error?: { message?: string };
}

/** Follows an etcd's own watch: what it commits, whoever wrote it, and whether or not an API server tells of it. */
export class EtcdWrites implements StoreWrites {
  readonly #place: EtcdPlace;
  readonly #outgoing: ClientRequest;
  readonly #seen: string[] = [];
  #markers = 0;
  #failure: Error | undefined;

  private constructor(place: EtcdPlace, outgoing: ClientRequest) {
    this.#place = place;
    this.#outgoing = outgoing;
  }

  /** Resolves once etcd has said that it watches. */
  static async open(place: EtcdPlace): Promise<EtcdWrites> {
    const outgoing = request(`${etcdUrl(place)}/v3/watch`, { method: 'POST' });
    const writes = new EtcdWrites(place, outgoing);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    outgoing.on('error', (error) => {
      writes.#failure = error;
      reject(error);
    });
    outgoing.once('response', (incoming) => writes.#follow(incoming, resolve));
    outgoing.end(JSON.stringify({ create_request: ALL_KEYS }));
    await promise;
    return writes;
  }

  get keys(): readonly string[] {
    return this.#seen.filter((key) => !key.startsWith(MARKER));
  }

  async caughtUp(): Promise<void> {
    const marker = `${MARKER}${++this.#markers}`;
    await put(this.#place, marker);
    await until('the watch of etcd brings what was written', () => {
      if (this.#failure !== undefined) throw this.#failure;
      return this.#seen.includes(marker);
    });
  }

  close(): void {
    this.#outgoing.destroy();
  }

  #follow(incoming: IncomingMessage, begun: () => void): void {
    const lines = createInterface({ input: incoming });
    // It hands on what the stream breaks with, which a close of ours does, too.
    lines.on('error', (error) => {
      this.#failure = error;
    });
    lines.on('line', (line) => {
      // One JSON object a line, as the gateway sends them.
      const { result, error } = JSON.parse(line) as WatchReply;
      if (error !== undefined) this.#failure = new Error(`watch of etcd: ${error.message}`);
      if (result?.created) begun();
      for (const { kv } of result?.events ?? []) {
        this.#seen.push(Buffer.from(kv?.key ?? '', 'base64').toString('utf8'));
      }
    });
  }
}
