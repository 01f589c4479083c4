import type { Figures } from '../propagation/figures.ts';

/** What `--json` prints: the same lanes, measured in turns while all is quiet and while another exporter floods. */
export interface FloodFigures {
  floodPerSecond: number;
  quiet: Figures;
  flooded: Figures;
}

/** How much longer the product's slowest changes take beside the bare relay's, with the flood, than without it. */
export function slowdown({ quiet, flooded }: FloodFigures): number | null {
  const [before, during] = [quiet.same.r99, flooded.same.r99];
  return before === null || during === null ? null : during / before;
}
