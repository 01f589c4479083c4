import { renderFigures } from '../propagation/render.ts';
import { type FloodFigures, slowdown } from './figures.ts';

/** The figures as a person reads them. */
export function renderFlood(figures: FloodFigures): string {
  const { quiet, flooded, floodPerSecond } = figures;
  const ratio = slowdown(figures)?.toFixed(2) ?? '-';
  return [
    'Nobody else changes anything:',
    renderFigures(quiet),
    '',
    `Another exporter makes ${floodPerSecond.toFixed(0)} changes a second:`,
    renderFigures(flooded),
    '',
    `R99 beside same with the flood, over that without it: ${ratio}`,
  ].join('\n');
}
