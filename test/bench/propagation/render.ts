import { columns } from '../report/columns.ts';
import { withInterval } from '../stats/ratio.ts';
import type { Beside, Figures } from './figures.ts';
import { LANES } from './lanes.ts';

const ratio = (value: number | null, interval: [number, number] | undefined) =>
  value === null || interval === undefined
    ? '-'
    : withInterval({ value, low: interval[0], high: interval[1] });

/** The figures as a person reads them. */
export function renderFigures(figures: Figures): string {
  const { n, discarded, detail, noiseFloor50 } = figures;
  const beside = (name: 'plain' | 'same', { r50, r99 }: Beside) => [
    `product beside ${name}`,
    ratio(r50, detail.intervals[`${name}.r50`]),
    ratio(r99, detail.intervals[`${name}.r99`]),
  ];
  const ratios = columns([
    ['', 'R50 (95 %)', 'R99 (95 %)'],
    beside('plain', figures.plain),
    beside('same', figures.same),
    ['noise floor (plain again)', ratio(noiseFloor50, detail.intervals['noiseFloor50']), ''],
  ]);
  const spreads = columns([
    ['lane', 'p50 ms', 'p90 ms', 'p99 ms'],
    ...LANES.flatMap((lane) => {
      const spread = detail.lanes[lane];
      return spread === undefined
        ? []
        : [[lane, spread.p50Ms.toFixed(1), spread.p90Ms.toFixed(1), spread.p99Ms.toFixed(1)]];
    }),
  ]);
  const delays = Object.entries(detail.eventLoopDelayP99Ms ?? {}).map(([name, ms]) => `${name} ${ms} ms`);
  return [
    `${n} rounds kept, ${discarded} runs discarded. A change seen in A until it is seen in B.`,
    '',
    ratios,
    '',
    spreads,
    '',
    ...(delays.length > 0 ? [`Event loop delay p99 of the product's processes: ${delays.join(', ')}`] : []),
    'Audit logs off; etcd in memory, without fsync. Milliseconds are this machine’s, of now: only the ratios mean anything elsewhere.',
  ].join('\n');
}
