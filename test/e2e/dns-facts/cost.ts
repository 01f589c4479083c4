import { expect, it } from 'vitest';
import { skipWithout } from '#test/clusters/use-clusters.ts';
import type { Facts } from './facts.ts';
import type { Fleet } from './fleet.ts';

const STOCK = ['endpointslices', 'namespaces', 'services'];
const SET = ['endpointslices (some)', 'serviceimports'];

const WATCHES: readonly { kind: string; name: keyof Fleet; watches: readonly string[] }[] = [
  { kind: 'without clusterset.local, or with a stub zone for it', name: 'stub', watches: STOCK },
  { kind: "in the cluster's own block", name: 'inline', watches: [...STOCK, ...SET] },
  { kind: 'in a block apart', name: 'separate', watches: [...STOCK, ...STOCK, ...SET] },
  {
    kind: 'in a block apart with noendpoints',
    name: 'noendpoints',
    watches: [...STOCK, 'namespaces', 'services', ...SET],
  },
  {
    kind: 'for a server of its own with noendpoints',
    name: 'dedicated',
    watches: ['namespaces', 'services', ...SET],
  },
];

/** What the API server keeps open for one CoreDNS. */
export function cost(facts: () => Facts): void {
  it.for(WATCHES)('$kind', async ({ name, watches }, context) => {
    skipWithout(context, facts().cluster, 'audit');
    expect(await facts().watches(name)).toEqual([...watches].sort());
  });
}
