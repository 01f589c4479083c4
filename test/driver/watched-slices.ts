import { setTimeout as pause } from 'node:timers/promises';
import { endpointSlices, type IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { SERVICE_NAME_LABEL } from '#apis/labels.ts';
import type { MemberCluster } from './cluster.ts';
import { DEADLINE_MS } from './eventually.ts';

/**
 * The imported slices of one Service in one cluster, seen through a watch of the test's own: a wait costs the
 * API server nothing and ends with the event itself.
 */
export class WatchedSlices {
  readonly #slices = new Map<string, IEndpointSlice>();
  readonly #abort = new AbortController();
  readonly #where: string;
  #changed = Promise.withResolvers<void>();
  #ended: Promise<void> = Promise.resolve();

  private constructor(where: string) {
    this.#where = where;
  }

  static async open(member: MemberCluster, namespace: string, name: string): Promise<WatchedSlices> {
    const watched = new WatchedSlices(`${namespace}/${name} in ${member.id}`);
    const scope = { namespace, labelSelector: `${SERVICE_NAME_LABEL}=${name}` };
    const { items, resourceVersion } = await member.client.list(endpointSlices, scope);
    for (const slice of items) watched.#slices.set(slice.metadata.name, slice);
    const events = member.client.watch(endpointSlices, {
      ...scope,
      resourceVersion,
      timeoutSeconds: 3_600,
      signal: watched.#abort.signal,
    });
    watched.#ended = watched.#follow(events).catch((error: unknown) => watched.#changed.reject(error));
    return watched;
  }

  async #follow(events: ReturnType<MemberCluster['client']['watch']>): Promise<void> {
    for await (const event of events) {
      if (event.type === 'BOOKMARK') continue;
      // The watch was opened for this kind.
      const slice = event.object as IEndpointSlice;
      if (event.type === 'DELETED') this.#slices.delete(slice.metadata.name);
      else this.#slices.set(slice.metadata.name, slice);
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    }
  }

  /** All addresses that the slices show at this moment. */
  get addresses(): Set<string> {
    const endpoints = [...this.#slices.values()].flatMap((slice) => slice.endpoints ?? []);
    return new Set(endpoints.flatMap(({ addresses }) => addresses));
  }

  /** Resolves with the first event after which an address is shown. */
  async awaitAddress(address: string): Promise<void> {
    const done = new AbortController();
    const late = pause(DEADLINE_MS, undefined, { signal: done.signal }).then(() => {
      throw new Error(`waited ${DEADLINE_MS} ms for ${address} among the endpoints of ${this.#where}`);
    });
    late.catch(() => undefined);
    try {
      while (!this.addresses.has(address)) await Promise.race([this.#changed.promise, late]);
    } finally {
      done.abort();
    }
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await this.#ended;
  }
}
