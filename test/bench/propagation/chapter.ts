import type { Chapter, Figure } from '../report/chapter.ts';
import { percent } from '../stats/too-soon.ts';
import { type Beside, type FarFigures, PERCENTS, type PropagationFigures } from './figures.ts';
import { LANES } from './lanes.ts';

/** R50 and R99 at most, beside each relay. */
const TARGETS = { plain: [0.95, 1.5], same: [1.1, 1.5] } as const;

/** B1: what the product's lane takes beside the bare ones. */
export function propagationChapter(figures: PropagationFigures): Chapter {
  const { n, discarded, detail, noiseFloor50, productP50Ms, far } = figures;
  const interval = (name: string) => {
    const [low, high] = detail.intervals[name] ?? [Number.NaN, Number.NaN];
    return `${low.toFixed(2)}-${high.toFixed(2)}`;
  };
  const beside = (relay: 'plain' | 'same', { r50, r99 }: Beside): Figure[] =>
    (
      [
        ['R50', r50, `${relay}.r50`, TARGETS[relay][0]],
        ['R99', r99, `${relay}.r99`, TARGETS[relay][1]],
      ] as const
    ).map(([what, value, name, most]) => ({
      what: `${what} beside ${relay}`,
      measured: value === null ? 'not measured' : `${value.toFixed(2)} (${interval(name)})`,
      target: `≤ ${most.toFixed(2)}`,
      met: value !== null && value <= most,
    }));
  return {
    id: 'B1',
    name: 'propagation',
    title: 'Propagation',
    conditions: [
      `n = ${n} rounds kept, ${discarded === 1 ? '1 run' : `${discarded} runs`} of 100 rounds discarded; behind each ratio its 95 % interval.`,
      `Noise floor (plain beside itself): ${noiseFloor50.toFixed(2)} (${interval('noiseFloor50')}).`,
      'Two members and a hub, all real; audit logs off.',
    ],
    figures: [
      ...beside('plain', figures.plain),
      ...beside('same', figures.same),
      {
        what: 'p50, ms: product, plain, same',
        measured: [productP50Ms ?? Number.NaN, figures.plain.p50Ms, figures.same.p50Ms]
          .map((ms) => ms.toFixed(1))
          .join(', '),
      },
      {
        what: 'changes that B showed within a millisecond, since the observer was told late: product, plain, same',
        measured: (['product', 'plain', 'same'] as const)
          .map((lane) => percent(detail.tooSoon[lane] ?? 0))
          .join(', '),
      },
      ...far.map(atDistance),
    ],
    plots: [
      {
        kind: 'lines',
        x: 'percent of changes',
        y: 'milliseconds from A to B, at most',
        series: LANES.flatMap((lane) => {
          const times = detail.distributions[lane];
          if (times === undefined) return [];
          return [{ name: lane, points: times.map((ms, n) => [PERCENTS[n] ?? Number.NaN, ms] as const) }];
        }),
      },
    ],
  };
}

/** Ratios where the hub is far away, which have no target: the way is the same for all, and hides what differs. */
function atDistance({ rttMs, n, discarded, plain, same, noiseFloor50 }: FarFigures): Figure {
  const [besidePlain, besideSame] = [plain, same].map(
    ({ r50, r99 }) => `${r50?.toFixed(2) ?? '-'} and ${r99?.toFixed(2) ?? '-'}`,
  );
  return {
    what: `${rttMs} ms to the hub and back: R50 and R99 beside plain; beside same`,
    measured: `${besidePlain}; ${besideSame} (n = ${n}, ${discarded} discarded, noise floor ${noiseFloor50.toFixed(2)})`,
  };
}
