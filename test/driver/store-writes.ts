import { HUB_LEASE_NAME } from '#controllers/membership/lease-controller.ts';
import { STATE_LEASE_NAME } from '#controllers/membership/state.ts';
import { AGENT_NAMESPACE } from '#src/install/member.ts';

/** What a store has committed, by who it was for. */
export interface SortedWrites {
  /** How often each Lease of an agent's was renewed, by its namespace: one on the hub, one at home. */
  renewals: Record<string, number>;
  /** What an API server writes on its own account, whatever happens. */
  ofTheServer: string[];
  /** All else, as etcd's keys. */
  others: string[];
}

/** Where the two Leases of an agent are. */
const RENEWED = [
  new RegExp(`^/registry/leases/(member-[^/]+)/${HUB_LEASE_NAME}$`),
  new RegExp(`^/registry/leases/(${AGENT_NAMESPACE})/${STATE_LEASE_NAME}$`),
];

/** Its own Lease, the mark of its last compaction, and the addresses by which it can be reached. */
const SERVERS_OWN = [
  /^\/registry\/leases\/kube-system\/apiserver-/,
  /^compact_rev_key$/,
  /^\/registry\/masterleases\//,
];

/** Sorts the keys of a store's writes (StoreWrites): what of them an idle set must not have made is `others`. */
export function sortWrites(keys: readonly string[]): SortedWrites {
  const sorted: SortedWrites = { renewals: {}, ofTheServer: [], others: [] };
  for (const key of keys) {
    const namespace = RENEWED.map((lease) => lease.exec(key)?.[1]).find((found) => found !== undefined);
    if (namespace !== undefined) sorted.renewals[namespace] = (sorted.renewals[namespace] ?? 0) + 1;
    else if (SERVERS_OWN.some((own) => own.test(key))) sorted.ofTheServer.push(key);
    else sorted.others.push(key);
  }
  return sorted;
}
