import type { Figure } from './chapter.ts';
import { columns } from './columns.ts';

/** What one benchmark counted. */
export interface Counted {
  ids: readonly string[];
  figures: readonly Figure[];
  /** Why it did not end as it should. */
  wrong: string | undefined;
}

/** How many counts are not what they must be; a benchmark that counted nothing is one of them. */
export function unlike(counted: readonly Counted[]): number {
  return counted.reduce((sum, { figures, wrong }) => {
    const missed = figures.filter(({ met }) => met !== true).length;
    return sum + Math.max(missed, figures.length === 0 || wrong !== undefined ? 1 : 0);
  }, 0);
}

/** All counts beside what they must be, and a last line with the sum. */
export function countsTable(counted: readonly Counted[]): string {
  const rows = counted
    .toSorted((one, other) => first(one) - first(other))
    .flatMap(({ ids, figures, wrong }) => [
      ...figures.map(({ what, measured, target = '', met }) => [
        ids.join(', '),
        what,
        target,
        measured,
        met === true ? '' : 'DIFFERS',
      ]),
      ...(figures.length > 0 ? [] : [[ids.join(', '), 'nothing was counted', '', '', wrong ?? 'DIFFERS']]),
    ]);
  const all = [['', 'count', 'expected', 'counted', ''], ...rows];
  const differing = unlike(counted);
  return [
    columns(all),
    '',
    differing === 0
      ? `${rows.length} counts, all as expected`
      : `${differing} of ${rows.length} counts differ`,
  ].join('\n');
}

const first = ({ ids }: Counted) => Number(ids[0]?.slice(1));
