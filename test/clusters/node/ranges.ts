import { type Addresses, addressesOf } from '../addresses.ts';
import type { ClusterSpec } from '../provider.ts';

/** The addresses that cluster number `index` of a set uses: those of addresses.ts, unless its spec says otherwise. */
export function rangesOf({ spec, index }: { spec: ClusterSpec; index: number }): Addresses {
  const usual = addressesOf(index, spec.stack ?? 'ipv4');
  return {
    ...usual,
    pods: spec.podRange?.split(',') ?? usual.pods,
    services: spec.serviceRange?.split(',') ?? usual.services,
  };
}
