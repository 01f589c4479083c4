import type { Figure } from './chapter.ts';

/** A line for each of these figures that misses its target. */
export function missed(figures: readonly Figure[]): string[] {
  return figures
    .filter(({ met }) => met === false)
    .map(({ what, measured, target }) => `${what}: ${measured} instead of ${target}`);
}
