import { markdownTable } from '#test/docs/table.ts';
import type { Chapter } from './chapter.ts';
import type { Measured } from './measured.ts';

/** What stands between a chapter's marks on docs/benchmarks.md. */
export function chapterText(chapter: Chapter, { date, machine, versions, seconds, quick }: Measured): string {
  const rows = chapter.figures.map(({ what, measured, target = '', met }) => [
    what,
    measured,
    target,
    met === undefined ? '' : met ? 'met' : '**missed**',
  ]);
  const asked = quick ? `all --quick --only ${chapter.name}` : chapter.name;
  const command = `\`npm run bench -- ${asked}\``;
  const minutes = Math.ceil(seconds / 60);
  return [
    ...(quick ? [QUICK] : []),
    ...chapter.plots.map((plot, n) => `![${chapter.title}: ${plot.y}](benchmarks/${plotFile(chapter, n)})`),
    markdownTable(['figure', 'measured', 'target', ''], rows),
    [...chapter.conditions, `${command}, ${date}, ${minutes} min: ${machine}; ${versions}.`].join(' '),
  ].join('\n\n');
}

/** Of chapters that were measured small. */
const QUICK =
  '**From a quick run:** small, on a machine that did other things meanwhile. It shows that the benchmark works; its times and ratios mean nothing.';

/** Of chapters that were not measured yet. */
export const NOT_MEASURED = 'Not measured yet.';

export function plotFile({ name }: Pick<Chapter, 'name'>, n: number): string {
  return n === 0 ? `${name}.svg` : `${name}-${n + 1}.svg`;
}
