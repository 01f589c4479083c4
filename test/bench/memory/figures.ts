import type { HeapUse } from './heap.ts';

/** What changes cost while so much is imported: processor time of the importer, and of a bare relay in turns with it. */
export interface ChangeCost {
  /** Of either. */
  changes: number;
  importerMs: number;
  relayMs: number;
}

/** The importer with this many endpoints imported. */
export interface Level {
  /** `warm`: code is loaded and compiled, everything else is compared with this. */
  name: 'empty' | 'warm' | 'imported' | 'restarted';
  endpoints: number;
  use: HeapUse;
  residentMiB: number;
  cost?: ChangeCost;
}

export interface LevelFigures {
  name: Level['name'];
  endpoints: number;
  heapBytes: number;
  externalBytes: number;
  residentMiB: number;
  /** Heap above the warm importer, by endpoint above it. */
  perEndpoint: number | null;
  /** Processor time for a thousand changes, in milliseconds. */
  importerMsPer1000: number | null;
  /** That over the relay's. */
  processor: number | null;
}

/** What `--json` prints. */
export interface MemoryFigures {
  /** Heap bytes from the first to the last number of imported endpoints, by the endpoints between them: fixed costs cancel out. */
  slope: number;
  levels: LevelFigures[];
}

/** Throws where there is no warm importer, or fewer than two sizes to compare. */
export function memoryFigures(levels: readonly Level[]): MemoryFigures {
  const warm = levels.find(({ name }) => name === 'warm');
  const imported = levels.filter(({ name }) => name === 'imported');
  const [small, large] = [imported[0], imported.at(-1)];
  if (warm === undefined || small === undefined || large === undefined || small === large) {
    throw new Error('no figures: a warm importer and two sizes are needed');
  }
  const growth = (level: Level, base: Level) =>
    tenth((level.use.heapUsed - base.use.heapUsed) / (level.endpoints - base.endpoints));
  return {
    slope: growth(large, small),
    levels: levels.map((level) => ({
      name: level.name,
      endpoints: level.endpoints,
      heapBytes: level.use.heapUsed,
      externalBytes: level.use.external,
      residentMiB: tenth(level.residentMiB),
      perEndpoint: level.endpoints > warm.endpoints ? growth(level, warm) : null,
      importerMsPer1000: level.cost === undefined ? null : tenth(perThousand(level.cost)),
      processor:
        level.cost === undefined
          ? null
          : Math.round((100 * level.cost.importerMs) / level.cost.relayMs) / 100,
    })),
  };
}

const perThousand = ({ importerMs, changes }: ChangeCost) => (1_000 * importerMs) / changes;
const tenth = (value: number) => Math.round(value * 10) / 10;
