import type { RequestCounts } from '#test/driver/requests.ts';
import type { Chapter, Figure } from '../report/chapter.ts';
import { median } from '../stats/quantile.ts';
import type { Random } from '../stats/random.ts';
import { quantileRatio, type Ratio, withInterval } from '../stats/ratio.ts';
import type { BurstTimes } from './burst.ts';

/** One way back to the hub: the product's, and a bare bulk write of as many records beside it. */
export interface Return {
  product: BurstTimes;
  bareMs: number;
}

export interface DrainSamples {
  changes: number;
  slices: number;
  minutes: number;
  inFlight: number;
  /** What the agent asked of the hub after the long outage, until it was idle. */
  requests: RequestCounts;
  /** After the long outage. */
  long: Return;
  /** After short ones, in which each slice was changed once. */
  short: readonly Return[];
}

export interface DrainFigures {
  changes: number;
  slices: number;
  minutes: number;
  /** Writes of the bare bulk write that are under way at once. */
  inFlight: number;
  hubWrites: number;
  /** What else was asked of the hub after the long outage. */
  besides: RequestCounts;
  /** From the hub’s return to the first write, and on to the last. */
  longWaitMs: number;
  longMs: number;
  longRatio: number;
  /** Over the short outages: the product’s time over the bare one’s, medians. */
  ratio: Ratio;
  rounds: number;
  productP50Ms: number;
  bareP50Ms: number;
}

const MOST_RATIO = 1.5;

export function drainFigures(samples: DrainSamples, random: Random): DrainFigures {
  const { requests, long, short, ...said } = samples;
  const writes = Object.entries(requests).filter(([request]) =>
    /^(create|update|patch|delete) /.test(request),
  );
  const product = short.map(({ product: { spanMs } }) => spanMs);
  const bare = short.map(({ bareMs }) => bareMs);
  return {
    ...said,
    hubWrites: writes.reduce((sum, [, times]) => sum + times, 0),
    besides: Object.fromEntries(
      Object.entries(requests).filter((one) => !writes.some(([name]) => name === one[0])),
    ),
    longWaitMs: long.product.waitMs,
    longMs: long.product.spanMs,
    longRatio: long.product.spanMs / long.bareMs,
    ratio: quantileRatio(product, bare, 0.5, random),
    rounds: short.length,
    productP50Ms: median(product),
    bareP50Ms: median(bare),
  };
}

/** The figures as a person reads them. */
export function renderDrain(found: DrainFigures): string {
  const { ratio } = found;
  return [
    `${found.changes} changes of ${found.slices} slices while the hub was down for ${found.minutes} min`,
    `hub writes after its return: ${found.hubWrites}, in ${found.longMs.toFixed(0)} ms (${found.longRatio.toFixed(2)} of a bare bulk write), the first after ${found.longWaitMs.toFixed(0)} ms`,
    `after ${found.rounds} short outages: ${withInterval(ratio)} of a bare bulk write; p50 ${found.productP50Ms.toFixed(0)} ms beside ${found.bareP50Ms.toFixed(0)} ms`,
    ...Object.entries(found.besides).map(([request, times]) => `besides: ${request}: ${times}`),
  ].join('\n');
}

/** It is exact. */
export function drainCounts({ changes, slices, hubWrites }: DrainFigures): Figure[] {
  return [
    {
      what: `writes on the hub after ${changes} changes of ${slices} slices`,
      measured: String(hubWrites),
      target: String(slices),
      met: hubWrites === slices,
    },
  ];
}

/** B11: what is left to do when a hub returns. */
export function drainChapter(found: DrainFigures): Chapter {
  const { ratio } = found;
  return {
    id: 'B11',
    name: 'drain',
    title: 'After an outage',
    conditions: [
      `${found.changes} changes of ${found.slices} slices of 100 endpoints while the hub’s API server was down for ${found.minutes} minutes; the exporter is a real agent, writes are counted from the hub’s audit log.`,
      `Times are of ${found.rounds} short outages of the link, in which each slice was changed once: from the first write to the last, beside a bare bulk write of as many records of the same size, ${found.inFlight} under way at once, before or after it in turns. What passes until the first write is the wait between two attempts, which grows with the outage: ${(found.longWaitMs / 1_000).toFixed(1)} s after the long one.`,
    ],
    figures: [
      ...drainCounts(found),
      {
        what: 'time of these writes over a bare bulk write (95 %)',
        measured: withInterval(ratio),
        target: `≤ ${MOST_RATIO.toFixed(2)}`,
        met: ratio.value <= MOST_RATIO,
      },
      { what: 'the same after the long outage', measured: found.longRatio.toFixed(2) },
    ],
    plots: [
      {
        kind: 'bars',
        y: 'writes on the hub',
        bars: [
          { name: 'changes made', value: found.changes },
          { name: 'writes after the return', value: found.hubWrites, limit: found.slices },
        ],
      },
    ],
  };
}
