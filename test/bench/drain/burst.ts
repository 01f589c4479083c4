import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { collectionPath } from '#src/kube/paths.ts';
import { watchQuery } from '../propagation/watch-query.ts';
import type { ApiServer } from '../rig/api-server.ts';

/** Longer than any burst takes, lost ones included. */
const LOST_AFTER_MS = 120_000;

/** How a number of writes went. */
export interface BurstTimes {
  /** From the opening to the first write. */
  waitMs: number;
  /** From the first write to the last. */
  spanMs: number;
}

/** Sees writes of records in one namespace of the hub, by a watch that begins where it is opened. */
export class Burst {
  readonly #abort = new AbortController();
  readonly #opened = process.hrtime.bigint();
  readonly #at: bigint[] = [];
  #wanted = Number.POSITIVE_INFINITY;
  readonly #done = Promise.withResolvers<void>();

  static async open(server: ApiServer, namespace: string): Promise<Burst> {
    const path = collectionPath(exportedEndpointSlices, namespace);
    const resourceVersion = await server.versionOf(path);
    const burst = new Burst();
    server
      .follow(path + watchQuery(), burst.#abort.signal, (_, at) => burst.#see(at), resourceVersion)
      .catch((error: unknown) => burst.#done.reject(error));
    // Looked at in times(); until then a failure must not end the process as an unhandled rejection.
    burst.#done.promise.catch(() => undefined);
    return burst;
  }

  /** Resolves once so many writes were seen, and closes the watch. */
  async times(writes: number): Promise<BurstTimes> {
    this.#wanted = writes;
    if (this.#at.length >= writes) this.#done.resolve();
    const late = setTimeout(
      () => this.#done.reject(new Error(`saw ${this.#at.length} of ${writes} writes`)),
      LOST_AFTER_MS,
    );
    try {
      await this.#done.promise;
    } finally {
      clearTimeout(late);
      this.#abort.abort();
    }
    const [first = 0n] = this.#at;
    const last = this.#at[writes - 1] ?? 0n;
    return { waitMs: Number(first - this.#opened) / 1e6, spanMs: Number(last - first) / 1e6 };
  }

  #see(at: bigint): void {
    this.#at.push(at);
    if (this.#at.length >= this.#wanted) this.#done.resolve();
  }
}
