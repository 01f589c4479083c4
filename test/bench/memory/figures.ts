import type { HeapUse } from './heap.ts';

/** The importer's memory with this many endpoints imported. */
export interface Level {
  endpoints: number;
  use: HeapUse;
}

/** What `--json` prints. Bytes; per endpoint where it says so. */
export interface MemoryFigures {
  /** Growth from the small to the large level, by the endpoints between them: fixed costs cancel out. */
  slope: number;
  empty: Bytes;
  /** With the first service: code is loaded and compiled, and everything else is compared with this. */
  warm: Bytes;
  small: Bytes & PerEndpoint;
  large: Bytes & PerEndpoint;
  /** The large level again after a restart: what lists leave behind rather than events. */
  restarted: Bytes & PerEndpoint;
}

interface Bytes {
  endpoints: number;
  heapBytes: number;
  externalBytes: number;
}

interface PerEndpoint {
  /** Heap above the warm importer, by endpoint above it. */
  perEndpoint: number;
}

type Levels = Record<'empty' | 'warm' | 'small' | 'large' | 'restarted', Level>;

export function memoryFigures({ empty, warm, small, large, restarted }: Levels): MemoryFigures {
  const growth = (level: Level, base: Level) =>
    Math.round(((level.use.heapUsed - base.use.heapUsed) / (level.endpoints - base.endpoints)) * 10) / 10;
  const bytes = ({ endpoints, use }: Level): Bytes => ({
    endpoints,
    heapBytes: use.heapUsed,
    externalBytes: use.external,
  });
  const beside = (level: Level) => ({ ...bytes(level), perEndpoint: growth(level, warm) });
  return {
    slope: growth(large, small),
    empty: bytes(empty),
    warm: bytes(warm),
    small: beside(small),
    large: beside(large),
    restarted: beside(restarted),
  };
}

/** The figures as a person reads them. */
export function renderMemory({ slope, ...levels }: MemoryFigures): string {
  const lines = Object.entries(levels).map(([name, level]: [string, Bytes & Partial<PerEndpoint>]) => {
    const each =
      level.perEndpoint === undefined ? '' : `  ${level.perEndpoint.toFixed(1)} B an endpoint above warm`;
    const heap = `heap ${mebibytes(level.heapBytes)}  external ${mebibytes(level.externalBytes)}`;
    return `${name.padEnd(9)} ${String(level.endpoints).padStart(8)} endpoints  ${heap}${each}`;
  });
  return [
    ...lines,
    '',
    `heap per imported endpoint, small to large: ${slope.toFixed(1)} B`,
    'Heap in use after forced collections, one real importer; the publishing members are written by the benchmark.',
  ].join('\n');
}

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
