import type { Chapter } from '../report/chapter.ts';
import { renderChapter } from '../report/text.ts';
import type { LevelFigures, MemoryFigures } from './figures.ts';

/** Bytes of heap an imported endpoint may cost. */
const MOST_PER_ENDPOINT = 120;
/** Processor time of a change over that of a bare relay. */
const MOST_PROCESSOR = 2;
const MEBIBYTE = 2 ** 20;

/** The figures as a person reads them. */
export function renderMemory(found: MemoryFigures): string {
  return renderChapter(memoryChapter(found));
}

/** B8: what an importer holds, and what changes cost it. */
export function memoryChapter({ slope, levels }: MemoryFigures): Chapter {
  const imported = levels.filter(({ name }) => name === 'imported');
  const [small, large] = [imported[0], imported.at(-1)];
  const warm = levels.find(({ name }) => name === 'warm');
  const processors = imported.filter(({ processor }) => processor !== null);
  const sizeOf = ({ endpoints }: LevelFigures) => endpoints.toLocaleString('en');
  return {
    id: 'B8',
    name: 'memory',
    title: 'Memory and processor',
    conditions: [
      'Heap in use and resident memory after forced collections in one real importer; the publishing members are written by the benchmark.',
      'Processor time, by the kernel’s count, is that of the whole process while it imports a hundred changes a second, beside a bare relay that does the same in turns with it, records and slices of one size.',
    ],
    figures: [
      {
        what: `heap bytes an endpoint, from ${small && sizeOf(small)} to ${large && sizeOf(large)} endpoints`,
        measured: slope.toFixed(0),
        target: `≤ ${MOST_PER_ENDPOINT}`,
        met: slope <= MOST_PER_ENDPOINT,
      },
      ...processors.map((level) => ({
        what: `${sizeOf(level)} endpoints: processor time for a change, over a bare relay’s`,
        measured: `${level.processor?.toFixed(2)}`,
        target: `≤ ${MOST_PROCESSOR.toFixed(2)}`,
        met: (level.processor ?? Number.POSITIVE_INFINITY) <= MOST_PROCESSOR,
      })),
      ...processors.map((level) => ({
        what: `${sizeOf(level)} endpoints: processor time for 1,000 changes, here`,
        measured: `${level.importerMsPer1000?.toFixed(0)} ms`,
      })),
      ...levels.map((level) => ({
        what: `${level.name}, ${sizeOf(level)} endpoints: heap, external, resident, MiB`,
        measured: `${mebibytes(level.heapBytes)}, ${mebibytes(level.externalBytes)}, ${level.residentMiB.toFixed(0)}`,
      })),
    ],
    plots: [
      {
        kind: 'lines',
        x: 'imported endpoints',
        y: 'MiB of heap in use',
        series: [
          {
            name: 'heap',
            points: [...(warm ? [warm] : []), ...imported].map(
              ({ endpoints, heapBytes }) => [endpoints, heapBytes / MEBIBYTE] as const,
            ),
          },
          {
            name: 'warm and 120 bytes an endpoint',
            bound: true,
            points: [warm, large].flatMap((at) =>
              at && warm
                ? [
                    [
                      at.endpoints,
                      (warm.heapBytes + MOST_PER_ENDPOINT * (at.endpoints - warm.endpoints)) / MEBIBYTE,
                    ],
                  ]
                : [],
            ) as [number, number][],
          },
        ],
      },
      {
        kind: 'bars',
        y: 'processor time for a change, over a bare relay’s',
        bars: processors.map((level) => ({
          name: `${sizeOf(level)} endpoints`,
          value: level.processor ?? 0,
          limit: MOST_PROCESSOR,
        })),
      },
    ],
  };
}

const mebibytes = (bytes: number) => (bytes / MEBIBYTE).toFixed(1);
