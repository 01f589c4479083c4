import type { RequestCounts } from '#test/driver/requests.ts';
import type { Chapter, Figure } from '../report/chapter.ts';
import { median, quantile } from '../stats/quantile.ts';

/** One start of the agent, all in milliseconds from then on. */
export interface Restart {
  /** Until B shows the hot slice as it is. */
  firstMs: number;
  /** Until every kind is watched and no key waits. */
  freshMs: number;
  /** How long a bare program takes to read and parse the same. */
  floorMs: number;
  /** Changes of the hot slice, and of the bare lane beside it, from the first that arrived until all is fresh. */
  hotMs: readonly number[];
  bareMs: readonly number[];
  /** Writes of the hot slice. */
  hotWrites: number;
  /** All other writes, but for renewals of Leases. */
  otherWrites: readonly string[];
  /** What was read, by request. */
  reads: RequestCounts;
}

/** All starts with so many slices in place. */
export interface RestartSize {
  slices: number;
  kinds: number;
  floorBytes: number;
  restarts: readonly Restart[];
}

export interface RestartFigures {
  slices: number;
  restarts: number;
  floorBytes: number;
  /** Kinds that are watched. */
  kinds: number;
  otherWrites: number;
  /** LISTs of one start, pages counted: of the start that needed most. */
  lists: number;
  /** GETs of objects of one start, but for the one of the agent’s own memory. */
  gets: number;
  hotWrites: number;
  /** Over the floor, medians. */
  fresh: number;
  first: number;
  freshP50Ms: number;
  floorP50Ms: number;
  /** Of the hot slice over the bare lane, 99th percentiles over all starts; null where all was fresh too soon to say. */
  hotR99: number | null;
  hotSamples: number;
}

const MOST_FRESH = 3;
const MOST_R99 = 2;
/** What an agent must not forget lies in its own Lease. */
const OWN_MEMORY = 'get leases';

export function restartFigures({ slices, kinds, floorBytes, restarts }: RestartSize): RestartFigures {
  const reads = (pattern: RegExp, but?: string) =>
    Math.max(
      ...restarts.map((restart) =>
        Object.entries(restart.reads)
          .filter(([request]) => pattern.test(request) && request !== but)
          .reduce((sum, [, times]) => sum + times, 0),
      ),
    );
  const over = (of: (restart: Restart) => number) =>
    median(restarts.map((restart) => of(restart) / restart.floorMs));
  const hot = restarts.flatMap(({ hotMs }) => hotMs);
  const bare = restarts.flatMap(({ bareMs }) => bareMs);
  return {
    slices,
    kinds,
    floorBytes,
    restarts: restarts.length,
    otherWrites: restarts.reduce((sum, { otherWrites }) => sum + otherWrites.length, 0),
    lists: reads(/^list /),
    gets: reads(/^get [^/]/, OWN_MEMORY),
    hotWrites: restarts.reduce((sum, { hotWrites }) => sum + hotWrites, 0),
    fresh: over(({ freshMs }) => freshMs),
    first: over(({ firstMs }) => firstMs),
    freshP50Ms: median(restarts.map(({ freshMs }) => freshMs)),
    floorP50Ms: median(restarts.map(({ floorMs }) => floorMs)),
    hotR99: hot.length === 0 || bare.length === 0 ? null : quantile(hot, 0.99) / quantile(bare, 0.99),
    hotSamples: hot.length,
  };
}

/** The figures as a person reads them. */
export function renderRestart(found: readonly RestartFigures[]): string {
  return found
    .map((size) =>
      [
        `${size.slices} slices, ${size.restarts} restarts, ${(size.floorBytes / 1e6).toFixed(0)} MB to read`,
        `  writes but those of the hot slice (${size.hotWrites}): ${size.otherWrites}`,
        `  LISTs ${size.lists} of ${size.kinds} kinds, GETs ${size.gets} besides the agent's own memory`,
        `  all fresh after ${size.fresh.toFixed(2)} times the floor (p50 ${size.freshP50Ms.toFixed(0)} ms beside ${size.floorP50Ms.toFixed(0)} ms), the hot slice after ${size.first.toFixed(2)}`,
        `  hot slice meanwhile, R99: ${size.hotR99?.toFixed(2) ?? 'no sample'} (n = ${size.hotSamples})`,
      ].join('\n'),
    )
    .join('\n');
}

/** All of them are exact. */
export function restartCounts(found: readonly RestartFigures[]): Figure[] {
  return [
    {
      what: 'writes, but for those of the slice that changes',
      measured: row(found, ({ otherWrites }) => String(otherWrites)),
      target: '0',
      met: found.every(({ otherWrites }) => otherWrites === 0),
    },
    {
      what: 'GETs of objects, but for the agent’s own memory',
      measured: row(found, ({ gets }) => String(gets)),
      target: '0',
      met: found.every(({ gets }) => gets === 0),
    },
    {
      what: 'LISTs, pages counted',
      measured: row(found, ({ lists }) => String(lists)),
      target: String(found[0]?.kinds),
      met: found.every(({ lists, kinds }) => lists === kinds),
    },
  ];
}

/** B4: what a restart costs where nothing has changed. */
export function restartChapter(found: readonly RestartFigures[]): Chapter {
  const sizes = found.map(({ slices }) => slices).join(' and ');
  return {
    id: 'B4',
    name: 'restart',
    title: 'Restart',
    conditions: [
      `${sizes} slices of 100 endpoints from 40 clusters; ${found[0]?.restarts} restarts each. Only the importer is a real agent, in the form that is shipped; of the 40 clusters the records are there.`,
      `The floor is a bare program that lists and parses every kind the agent watches, in the same run, one before each restart: ${row(found, ({ floorBytes }) => `${(floorBytes / 1e6).toFixed(0)} MB`)}.`,
      'One slice is changed every 200 ms from the start of the process on, and one of a bare relay beside it, which is not restarted; R99 is over the changes from the first that arrived until all is fresh.',
      'Audit logs are on: a start makes some thirty requests.',
    ],
    figures: [
      ...restartCounts(found),
      {
        what: 'time until all is fresh over the floor',
        measured: row(found, ({ fresh }) => fresh.toFixed(2)),
        target: `≤ ${MOST_FRESH.toFixed(1)}`,
        met: found.every(({ fresh }) => fresh <= MOST_FRESH),
      },
      {
        what: 'R99 of the slice that changes meanwhile, beside a bare relay',
        measured: row(
          found,
          ({ hotR99, hotSamples }) => `${hotR99?.toFixed(2) ?? 'none'} (n = ${hotSamples})`,
        ),
        target: `≤ ${MOST_R99.toFixed(1)}`,
        met: found.every(({ hotR99 }) => hotR99 === null || hotR99 <= MOST_R99),
      },
    ],
    plots: [
      {
        kind: 'lines',
        x: 'slices in place',
        y: 'seconds until all is fresh',
        series: [
          { name: 'agent', points: found.map(({ slices, freshP50Ms }) => [slices, freshP50Ms / 1_000]) },
          { name: 'floor', points: found.map(({ slices, floorP50Ms }) => [slices, floorP50Ms / 1_000]) },
        ],
      },
    ],
  };
}

/** One figure of every size. */
function row(found: readonly RestartFigures[], pick: (size: RestartFigures) => string): string {
  return found.map(pick).join(', ');
}
