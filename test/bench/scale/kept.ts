import { kept } from '../report/kept.ts';
import { NOT_MEASURED } from '../report/page.ts';
import { costsOf, type Found } from './costs.ts';
import { MARKS, scaleTables } from './page.ts';

const USED = ['amplification', 'bytes', 'ceiling', 'drain', 'memory'] as const;

/** The tables of docs/scale.md, from what is kept; where one benchmark is missing, nothing is computed. */
export function keptScaleTables(): Map<string, string> {
  const all = USED.flatMap((name) => {
    const measured = kept(name);
    return measured === undefined ? [] : [[name, measured] as const];
  });
  if (all.length < USED.length) return new Map(MARKS.map((mark) => [mark, NOT_MEASURED]));
  // Each is what its benchmark has printed with --json.
  const found = Object.fromEntries(all.map(([name, measured]) => [name, measured.found])) as Record<
    keyof Found,
    unknown
  > as Found;
  const dates = all.map(
    ([name, { date, quick }]) => [name, quick ? `**a quick run** of ${date}` : date] as const,
  );
  return scaleTables(costsOf(found), new Map(dates));
}
