import type { Chapter, Figure } from '../report/chapter.ts';
import { renderChapter } from '../report/text.ts';
import { withInterval } from '../stats/ratio.ts';
import { percent } from '../stats/too-soon.ts';
import type { CeilingFigures, Ceilings } from './figures.ts';

/** Limits of B10. */
const MOST = { r99: 2, residentMiB: 1_024 };
/** Of the changes that were asked for, those that must really be made. */
const LEAST_MADE = 0.98;

/** The figures as a person reads them. */
export function renderCeiling(found: Ceilings): string {
  return renderChapter(ceilingChapter(found));
}

/** B10: as many clusters and changes as one importer can be given. */
export function ceilingChapter(found: Ceilings): Chapter {
  const { further, product, bare, r99 } = found;
  const all: readonly CeilingFigures[] = [found, ...further];
  return {
    id: 'B10',
    name: 'ceiling',
    title: `${found.clusters} clusters, ${counted(found.endpoints)} endpoints, ${found.rate} changes a second`,
    conditions: [
      ...all.map(conditionsOf),
      'Real: the hub, the importing cluster and its agent. The publishing clusters exist only as what they write, each with an identity of its own.',
    ],
    figures: all.flatMap((one) => figuresOf(one, further.length > 0 ? `${one.clusters} clusters: ` : '')),
    plots: [
      {
        kind: 'bars',
        y: `ms from the hub to the importing cluster, with ${found.clusters} clusters`,
        bars: [
          { name: 'product p50', value: product.p50Ms },
          { name: 'bare relay p50', value: bare.p50Ms },
          { name: 'product p99', value: product.p99Ms, limit: MOST.r99 * bare.p99Ms },
          { name: 'bare relay p99', value: bare.p99Ms },
        ],
      },
      ...(further.length === 0
        ? []
        : [
            {
              kind: 'bars' as const,
              y: 'R99 beside the bare relay',
              bars: [
                { name: `${found.clusters} clusters`, value: r99.value, limit: MOST.r99 },
                ...further.map((one) => ({
                  name: `${one.clusters} clusters`,
                  value: one.r99.value,
                  limit: MOST.r99,
                })),
              ],
            },
          ]),
    ],
  };
}

function conditionsOf(found: CeilingFigures): string {
  const { clusters, endpoints, slices, product, bare, seconds, discarded } = found;
  return [
    `${clusters} clusters: ${counted(endpoints)} endpoints in ${counted(slices)} slices, ${product.changes} changes of the product and ${bare.changes} of the bare relay, ${seconds} s each in turns, ${discarded} pairs of turns discarded;`,
    `the bare relay’s later half beside its earlier one: p50 ${found.noiseFloor50.toFixed(2)}, p99 ${found.noiseFloor99.toFixed(2)}.`,
  ].join(' ');
}

function figuresOf(found: CeilingFigures, at: string): Figure[] {
  const { rate, product, bare, r50, r99, unexplained, outOfOrder, residentMiB } = found;
  return [
    {
      what: `${at}changes a second that were made; of the bare relay`,
      measured: `${product.rate.toFixed(0)}; ${bare.rate.toFixed(0)}`,
      target: String(rate),
      met: product.rate >= LEAST_MADE * rate,
    },
    {
      what: `${at}changes not imported a second after the last one`,
      measured: String(product.backlog),
      target: '0',
      met: product.backlog === 0,
    },
    { what: `${at}the same of the bare relay`, measured: String(bare.backlog) },
    {
      what: `${at}R99 beside the bare relay`,
      measured: `${withInterval(r99)}${found.noisy ? ', but every turn was noisy' : ''}`,
      target: `≤ ${MOST.r99.toFixed(2)}`,
      ...(!found.noisy && { met: r99.value <= MOST.r99 }),
    },
    { what: `${at}R50 beside the bare relay`, measured: withInterval(r50) },
    {
      what: `${at}changes that B showed within a millisecond, since the observer was told late: product, bare relay`,
      measured: `${percent(product.tooSoon)}, ${percent(bare.tooSoon)}`,
    },
    {
      what: `${at}most resident memory of the importer`,
      measured: `${residentMiB.toFixed(0)} MiB`,
      target: `≤ ${counted(MOST.residentMiB)} MiB`,
      met: residentMiB <= MOST.residentMiB,
    },
    none(`${at}writes that no change explains`, unexplained),
    none(`${at}older changes applied after newer ones`, outOfOrder),
    {
      what: `${at}changes, and writes in the importing cluster`,
      measured: `${product.changes}, ${product.writes}; ${product.coalesced} went with a later one`,
    },
    {
      what: `${at}processor time of the importer for a change, over the bare relay’s; for 1,000 changes, here`,
      measured: `${found.processor.toFixed(2)}; ${found.importerMsPer1000.toFixed(0)} ms`,
    },
    {
      what: `${at}slices a second when many change at once, product and bare relay, here`,
      measured: `${product.ceiling.toFixed(0)}, ${bare.ceiling.toFixed(0)}`,
    },
  ];
}

const none = (what: string, count: number): Figure => ({
  what,
  measured: String(count),
  target: '0',
  met: count === 0,
});

const counted = (value: number) => value.toLocaleString('en');
