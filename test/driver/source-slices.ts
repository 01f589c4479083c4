import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { type Endpoint, endpointSlices, type IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { headless, pod, slice } from './builders.ts';
import type { MemberCluster } from './cluster.ts';

/** How many there are, and how large. */
export interface SourceSlicesShape {
  namespace: string;
  services: readonly string[];
  slicesOfAService: number;
  endpointsOfASlice: number;
}

interface Held {
  slice: IEndpointSlice;
  lastAddress: string;
}

/** Slices of exported Services in one member, of which the next in turn is changed when it is asked for. */
export class SourceSlices {
  readonly #member: MemberCluster;
  readonly #held: Held[] = [];
  #changes = 0;

  private constructor(member: MemberCluster) {
    this.#member = member;
  }

  /** Creates the Services with all slices, and exports them. */
  static async create(member: MemberCluster, shape: SourceSlicesShape): Promise<SourceSlices> {
    const { namespace, services, slicesOfAService, endpointsOfASlice } = shape;
    const sources = new SourceSlices(member);
    for (const service of services) {
      await member.service(headless(namespace, service));
      for (let n = 0; n < slicesOfAService; n++) {
        const endpoints = Array.from({ length: endpointsOfASlice }, (_, at) =>
          pod(`db-${n * endpointsOfASlice + at}`, `198.18.${n & 255}.${at}`),
        );
        const created = slice(namespace, service, `s${n}`, endpoints);
        const metadata = await member.client.create(endpointSlices, created);
        sources.#held.push({
          slice: { ...created, metadata },
          lastAddress: endpoints[0]?.addresses[0] ?? '',
        });
      }
      await member.exports(namespace, service);
    }
    return sources;
  }

  get count(): number {
    return this.#held.length;
  }

  /** Of each slice: the address that its last change has brought, or else its first one. */
  get lastAddresses(): string[] {
    return this.#held.map(({ lastAddress }) => lastAddress);
  }

  /** A pod of the next slice in turn comes back under an address that no other change brings, up to 65,536. */
  async change(): Promise<void> {
    const change = this.#changes++;
    const held = this.#held[change % this.#held.length];
    if (held === undefined) throw new Error('there is no slice to change');
    const endpoints: Endpoint[] = [...(held.slice.endpoints ?? [])];
    const place = Math.floor(change / this.#held.length) % endpoints.length;
    held.lastAddress = `198.19.${change >> 8}.${change & 255}`;
    endpoints[place] = { ...endpoints[place], addresses: [held.lastAddress] };
    const changed = { ...held.slice, endpoints };
    held.slice = { ...changed, metadata: await this.#member.client.update(endpointSlices, changed) };
  }

  /** How many of them the hub shows as they are now. */
  async onHub(hub: KubeClient): Promise<number> {
    const { items } = await hub.list(exportedEndpointSlices, { namespace: memberNamespace(this.#member.id) });
    const shown = new Map(items.map(({ spec: { source } }) => [source.uid, source.generation]));
    return this.#held.filter(
      ({ slice: { metadata } }) => shown.get(metadata.uid ?? '') === metadata.generation,
    ).length;
  }
}
