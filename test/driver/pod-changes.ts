import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { pod } from './builders.ts';
import type { MemberCluster } from './cluster.ts';

/** What is changed: a slice by name, and the addresses that come, from `198.18.<third>.0` upwards. */
export interface PodChanges {
  namespace: string;
  slice: string;
  third: number;
  count: number;
}

/**
 * Makes so many changes to a slice, each once the consumer has asked for the next: a pod comes back under the
 * address given.
 */
export async function* podChanges({ client }: MemberCluster, changes: PodChanges): AsyncGenerator<string> {
  const { namespace, slice, third, count } = changes;
  let held = await client.get(endpointSlices, { namespace, name: slice });
  const endpoints = [...(held.endpoints ?? [])];
  for (let change = 0; change < count; change++) {
    const address = `198.18.${third + (change >> 8)}.${change & 255}`;
    const place = change % endpoints.length;
    endpoints[place] = pod(`db-${place}`, address);
    held = { ...held, endpoints: [...endpoints] };
    held = { ...held, metadata: await client.update(endpointSlices, held) };
    yield address;
  }
}
