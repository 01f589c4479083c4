import type { Chapter } from './chapter.ts';

/** A chapter as a terminal shows it: each figure with its target, and a mark where it is missed. */
export function renderChapter({ title, conditions, figures }: Chapter): string {
  const width = Math.max(...figures.map(({ what }) => what.length));
  const lines = figures.map(({ what, measured, target, met }) => {
    const goal = target === undefined ? '' : `  (${target})${met === false ? '  MISSED' : ''}`;
    return `${what.padEnd(width)}  ${measured}${goal}`;
  });
  return [title, '', ...lines, '', ...conditions].join('\n');
}
