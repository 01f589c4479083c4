import type { Chapter } from '../report/chapter.ts';

export interface BytesSamples {
  endpoints: number;
  /** Changes of one endpoint. */
  flips: number;
  /** What a bare watch of the hub's records has brought meanwhile. */
  events: { count: number; bytes: number };
  /** What the hub has sent to the importer meanwhile, everything included. */
  sentBytes: number;
  /** JSON of every source slice and of every record, as the API servers give it. */
  sources: readonly number[];
  records: readonly number[];
}

export interface BytesFigures {
  endpoints: number;
  slices: number;
  flips: number;
  /** Events that one change causes. */
  eventsPerFlip: number;
  eventBytes: number;
  sentPerFlip: number;
  /** What is sent over the size of one event. */
  ratio: number;
  sourceBytes: number;
  recordBytes: number;
  /** A record over its source. */
  share: number;
}

const MOST_RATIO = 1.05;
const MOST_SHARE = 0.15;

export function bytesFigures({
  endpoints,
  flips,
  events,
  sentBytes,
  sources,
  records,
}: BytesSamples): BytesFigures {
  const mean = (sizes: readonly number[]) => sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  const eventBytes = events.bytes / events.count;
  return {
    endpoints,
    slices: sources.length,
    flips,
    eventsPerFlip: events.count / flips,
    eventBytes,
    sentPerFlip: sentBytes / flips,
    ratio: sentBytes / flips / eventBytes,
    sourceBytes: mean(sources),
    recordBytes: mean(records),
    share: mean(records) / mean(sources),
  };
}

/** The figures as a person reads them. */
export function renderBytes(found: BytesFigures): string {
  return [
    `${found.flips} changes of one endpoint each, ${found.endpoints} endpoints in ${found.slices} slices`,
    `the hub sends an importer ${kilobytes(found.sentPerFlip)} for one: ${found.ratio.toFixed(3)} of one event (${kilobytes(found.eventBytes)}), ${found.eventsPerFlip.toFixed(3)} events`,
    `a record has ${kilobytes(found.recordBytes)}, its source slice ${kilobytes(found.sourceBytes)}: ${found.share.toFixed(3)}`,
  ].join('\n');
}

/** B7: what one change is on the wire. */
export function bytesChapter(found: BytesFigures): Chapter {
  return {
    id: 'B7',
    name: 'bytes',
    title: 'Bytes',
    conditions: [
      `One endpoint of ${found.endpoints} in ${found.slices} slices is no longer ready, ${found.flips} times; slices are written by the stock controller for pods of a Deployment, exporter and importer are real agents.`,
      'Bytes are counted by a TCP proxy between the importer and the hub, so TLS, HTTP, bookmarks and the renewals of the importer’s Lease are in; an event is a line of a bare watch.',
    ],
    figures: [
      {
        what: 'bytes that the hub sends an importer for a change, over one event',
        measured: found.ratio.toFixed(3),
        target: `≤ ${MOST_RATIO.toFixed(2)}`,
        met: found.ratio <= MOST_RATIO,
      },
      { what: 'events on the hub for a change', measured: found.eventsPerFlip.toFixed(3) },
      {
        what: 'JSON of a record over that of its source slice',
        measured: found.share.toFixed(3),
        target: `≤ ${MOST_SHARE.toFixed(2)}`,
        met: found.share <= MOST_SHARE,
      },
      { what: 'one event', measured: kilobytes(found.eventBytes) },
    ],
    plots: [
      {
        kind: 'bars',
        y: 'kB',
        bars: [
          { name: 'source slice', value: found.sourceBytes / 1_000 },
          {
            name: 'record',
            value: found.recordBytes / 1_000,
            limit: (MOST_SHARE * found.sourceBytes) / 1_000,
          },
          {
            name: 'sent for a change',
            value: found.sentPerFlip / 1_000,
            limit: (MOST_RATIO * found.eventBytes) / 1_000,
          },
        ],
      },
    ],
  };
}

const kilobytes = (bytes: number) => `${(bytes / 1_000).toFixed(2)} kB`;
