import type { Amplification } from '../amplification/figures.ts';
import type { BytesFigures } from '../bytes/figures.ts';
import type { LaneFigures } from '../ceiling/figures.ts';
import type { DrainFigures } from '../drain/figures.ts';
import type { MemoryFigures } from '../memory/figures.ts';

/** What a change and an endpoint cost, as benchmarks have found it. Milliseconds are of one processor. */
export interface Costs {
  /** Writes on the hub, and in each importing cluster, for a change. */
  hubWrites: number;
  importerWrites: number;
  /** Of the hub's API server: for a change, and for telling one member of it. */
  hubWriteMs: number;
  hubTellMs: number;
  /** What the hub sends one member for a change of a slice of 100 endpoints, and a record of that size at rest. */
  sentBytes: number;
  recordBytes: number;
  /** Records a second that one hub took on the machine of the benchmarks, four writes under way at once. */
  hubWritesPerSecond: number;
  /** Of an importer, for a change of such a slice. */
  importMs: number;
  /** Slices a second that one importer and its API server took on that machine. */
  importsPerSecond: number;
  /** Heap for an imported endpoint, and all that an importer holds before the first one. */
  endpointBytes: number;
  residentMiB: number;
}

/** What the benchmarks have found that this is computed from. */
export interface Found {
  amplification: readonly Pick<Amplification, 'importers' | 'hubWrites' | 'importerWrites' | 'hubMs'>[];
  bytes: Pick<BytesFigures, 'sentPerFlip' | 'recordBytes'>;
  ceiling: { product: Pick<LaneFigures, 'ceiling'> };
  drain: Pick<DrainFigures, 'slices' | 'bareP50Ms'>;
  memory: Pick<MemoryFigures, 'slope' | 'levels'>;
}

/** Throws where the hub was not measured with two numbers of importers: what telling costs is the difference. */
export function costsOf({ amplification, bytes, ceiling, drain, memory }: Found): Costs {
  const few = amplification[0];
  const many = amplification.at(-1);
  if (few === undefined || many === undefined || few === many) {
    throw new Error('the cost of telling a member wants two numbers of importers');
  }
  // Where it is less than the noise it is nothing, and never a gain.
  const tellMs = Math.max(0, (many.hubMs - few.hubMs) / (many.importers - few.importers));
  const warm = memory.levels.find(({ name }) => name === 'warm');
  const large = memory.levels.filter(({ importerMsPer1000 }) => importerMsPer1000 !== null).at(-1);
  return {
    hubWrites: many.hubWrites,
    importerWrites: many.importerWrites.most,
    // The exporter is told of its own record, too.
    hubWriteMs: few.hubMs - (few.importers + 1) * tellMs,
    hubTellMs: tellMs,
    sentBytes: bytes.sentPerFlip,
    recordBytes: bytes.recordBytes,
    hubWritesPerSecond: (1_000 * drain.slices) / drain.bareP50Ms,
    importMs: (large?.importerMsPer1000 ?? Number.NaN) / 1_000,
    importsPerSecond: ceiling.product.ceiling,
    endpointBytes: memory.slope,
    residentMiB: warm?.residentMiB ?? Number.NaN,
  };
}
