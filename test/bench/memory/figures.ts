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
  levels: {
    endpoints: number;
    heapBytes: number;
    externalBytes: number;
    /** Above the empty importer, by endpoint. */
    perEndpoint: number | null;
  }[];
  /** The largest level again after a restart: what lists leave behind rather than events. */
  restarted: { endpoints: number; heapBytes: number; externalBytes: number; perEndpoint: number };
}

/** Condenses levels, smallest (empty) first, and the restart at the largest. */
export function memoryFigures(levels: readonly Level[], restarted: Level): MemoryFigures {
  const [empty, ...filled] = levels;
  const [small, large] = [filled[0], filled.at(-1)];
  if (empty?.endpoints !== 0 || small === undefined || large === undefined || small === large) {
    throw new RangeError('memory figures need an empty level and two filled ones');
  }
  const perEndpoint = (level: Level, base: Level) =>
    Math.round(((level.use.heapUsed - base.use.heapUsed) / (level.endpoints - base.endpoints)) * 10) / 10;
  const shown = ({ endpoints, use }: Level) => ({
    endpoints,
    heapBytes: use.heapUsed,
    externalBytes: use.external,
  });
  return {
    slope: perEndpoint(large, small),
    levels: levels.map((level) => ({
      ...shown(level),
      perEndpoint: level === empty ? null : perEndpoint(level, empty),
    })),
    restarted: { ...shown(restarted), perEndpoint: perEndpoint(restarted, empty) },
  };
}

/** The figures as a person reads them. */
export function renderMemory(figures: MemoryFigures): string {
  const line = (name: string, level: Omit<MemoryFigures['restarted'], 'perEndpoint'>, each: number | null) =>
    `${name.padEnd(10)} ${String(level.endpoints).padStart(8)} endpoints  ` +
    `heap ${mebibytes(level.heapBytes)}  external ${mebibytes(level.externalBytes)}` +
    (each === null ? '' : `  ${each.toFixed(1)} B an endpoint above empty`);
  return [
    ...figures.levels.map((level, n) => line(n === 0 ? 'empty' : 'imported', level, level.perEndpoint)),
    line('restarted', figures.restarted, figures.restarted.perEndpoint),
    '',
    `heap per imported endpoint, small to large: ${figures.slope.toFixed(1)} B`,
    'Heap in use after forced collections, one real importer; the publishing members are written by the benchmark.',
  ].join('\n');
}

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
