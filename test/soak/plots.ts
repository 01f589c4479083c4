import type { Plot } from '#test/bench/report/chapter.ts';
import { FIGURES, type Figure } from './reading.ts';
import type { Life } from './series.ts';

/** One plot for each figure: a curve a program, which a restart begins anew. Time in hours. */
export function plotsOf(lives: readonly Life[]): Map<Figure, Plot> {
  const programs = Map.groupBy(lives, ({ program }) => program);
  return new Map(
    (Object.keys(FIGURES) as Figure[]).map((figure) => {
      const series = [...programs].map(([name, of]) => ({
        name,
        points: of.flatMap((life) => life.series[figure]),
      }));
      return [figure, { kind: 'lines', x: 'hours', y: FIGURES[figure], series }];
    }),
  );
}
