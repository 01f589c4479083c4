import type { Costs } from './costs.ts';

/** A set, as it is to be computed. Every member imports everything. */
export interface SetShape {
  clusters: number;
  /** Of each cluster: slices of 100 endpoints that it exports, and how often one of them changes, a second. */
  slices: number;
  changesPerSecond: number;
  leaseSeconds: number;
  /** Kinds that each member watches on the hub. */
  watches: number;
}

export interface HubLoad {
  changesPerSecond: number;
  leasesPerSecond: number;
  writesPerSecond: number;
  toldPerSecond: number;
  bytesPerSecond: number;
  processors: number;
  watches: number;
  storedBytes: number;
  /** Sent when every member lists everything once, after a restart of its API server. */
  restartBytes: number;
}

export interface MemberLoad {
  writesPerSecond: number;
  bytesPerSecond: number;
  processors: number;
  endpoints: number;
  heapBytes: number;
  residentBytes: number;
}

const ENDPOINTS_OF_A_SLICE = 100;
const MEBIBYTE = 2 ** 20;

export function hubLoad(costs: Costs, set: SetShape): HubLoad {
  const changes = set.clusters * set.changesPerSecond;
  const leases = set.clusters / set.leaseSeconds;
  const writes = changes * costs.hubWrites + leases;
  const told = changes * set.clusters;
  const stored = set.clusters * set.slices * costs.recordBytes;
  return {
    changesPerSecond: changes,
    leasesPerSecond: leases,
    writesPerSecond: writes,
    toldPerSecond: told,
    bytesPerSecond: told * costs.sentBytes,
    processors: (writes * costs.hubWriteMs + told * costs.hubTellMs) / 1_000,
    watches: set.clusters * set.watches,
    storedBytes: stored,
    restartBytes: set.clusters * stored,
  };
}

export function memberLoad(costs: Costs, set: SetShape): MemberLoad {
  const changes = set.clusters * set.changesPerSecond;
  const endpoints = set.clusters * set.slices * ENDPOINTS_OF_A_SLICE;
  const heap = endpoints * costs.endpointBytes;
  return {
    writesPerSecond: changes * costs.importerWrites,
    bytesPerSecond: changes * costs.sentBytes,
    processors: (changes * costs.importMs) / 1_000,
    endpoints,
    heapBytes: heap,
    residentBytes: costs.residentMiB * MEBIBYTE + heap,
  };
}

/** Something that a set comes up against as it grows. */
export interface Limit {
  what: string;
  /** As it is for the set, and what there is at most, in one unit. */
  load: number;
  most: number;
  unit: string;
  /** How many clusters, each as busy as those of the set, come up to it. */
  clusters: number;
}

/** What there is for one hub, and for one member. */
export interface Means {
  hubProcessors: number;
  /** Bytes a second that one machine sends. */
  hubBytesPerSecond: number;
  /** Writes a second that one etcd is planned for. */
  hubWritesPerSecond: number;
  /** JavaScript runs on one. */
  memberProcessors: number;
  memberWritesPerSecond: number;
  memberBytes: number;
}

/** All of them, the one that is met first coming first. */
export function limitsOf(costs: Costs, set: SetShape, means: Means): Limit[] {
  const hub = (of: (load: HubLoad) => number) => (at: SetShape) => of(hubLoad(costs, at));
  const member = (of: (load: MemberLoad) => number) => (at: SetShape) => of(memberLoad(costs, at));
  const limit = (what: string, unit: string, load: (at: SetShape) => number, most: number): Limit => ({
    what,
    unit,
    load: load(set),
    most,
    clusters: clustersFor(most, (clusters) => load({ ...set, clusters })),
  });
  return [
    limit(
      'bytes that the hub sends',
      'MB/s',
      hub(({ bytesPerSecond }) => bytesPerSecond / 1e6),
      means.hubBytesPerSecond / 1e6,
    ),
    limit(
      'processors of the hub’s API server',
      '',
      hub(({ processors }) => processors),
      means.hubProcessors,
    ),
    limit(
      'writes on the hub',
      '/s',
      hub(({ writesPerSecond }) => writesPerSecond),
      means.hubWritesPerSecond,
    ),
    limit(
      'writes in a member’s cluster',
      '/s',
      member(({ writesPerSecond }) => writesPerSecond),
      means.memberWritesPerSecond,
    ),
    limit(
      'processors of a member’s agent',
      '',
      member(({ processors }) => processors),
      means.memberProcessors,
    ),
    limit(
      'memory of a member’s agent',
      'MiB',
      member(({ residentBytes }) => residentBytes / MEBIBYTE),
      means.memberBytes / MEBIBYTE,
    ),
  ].sort((one, other) => one.clusters - other.clusters);
}

/** For how many clusters a load, which grows with them, comes to so much. */
function clustersFor(most: number, loadOf: (clusters: number) => number): number {
  let [below, above] = [0, 1];
  while (loadOf(above) < most) above *= 2;
  while (above - below > above / 1e9) {
    const between = (below + above) / 2;
    if (loadOf(between) < most) below = between;
    else above = between;
  }
  return above;
}
