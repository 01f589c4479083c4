import { type Axis, axisFor, markText } from './axis.ts';
import type { Plot } from './chapter.ts';

const [WIDTH, HEIGHT] = [720, 320] as const;
/** Around the area of the plot: room for marks, names and the legend. */
const AREA = { left: 84, right: 36, top: 58, bottom: 52 } as const;
const [INNER_WIDTH, INNER_HEIGHT] = [
  WIDTH - AREA.left - AREA.right,
  HEIGHT - AREA.top - AREA.bottom,
] as const;
/** A curve of so few points shows where they are: one point is no curve. */
const MOST_DOTS = 12;
/** Told apart by everybody, on light and on dark ground. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#b8860b', '#56b4e9'];

const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #333 }
  .rule { stroke: #ccc; stroke-width: 1 } .limit { stroke: #c00; stroke-width: 1.5; stroke-dasharray: 6 4 }
  .curve { fill: none; stroke-width: 2; stroke-linejoin: round }
  @media (prefers-color-scheme: dark) { text { fill: #ccc } .rule { stroke: #444 } .limit { stroke: #f66 } }`;

/** Draws a plot. The picture has no ground of its own, and its texts follow the reader's light or dark mode. */
export function svgOf(plot: Plot): string {
  return plot.kind === 'lines' ? lines(plot) : bars(plot);
}

function lines({ x, y, series, limit }: Extract<Plot, { kind: 'lines' }>): string {
  const points = series.flatMap((one) => one.points);
  const xAxis = axisFor(Math.max(...points.map(([at]) => at)));
  const yAxis = axisFor(Math.max(limit ?? 0, ...points.map(([, value]) => value)));
  const marks = xAxis.marks.map((mark) => text(markText(mark), across(xAxis, mark), HEIGHT - 32, 'middle'));
  const curves = series.map((one, n) => {
    const path = one.points.map(([at, value]) => `${across(xAxis, at)},${up(yAxis, value)}`).join(' ');
    // Dashes let the curve be seen that lies below.
    const dashes = one.bound ? ' stroke-dasharray="7 5"' : '';
    const dots = one.points.length > MOST_DOTS || one.bound ? [] : one.points;
    return [
      `<polyline class="curve" stroke="${colour(n)}"${dashes} points="${path}"/>`,
      ...dots.map(
        ([at, value]) =>
          `<circle cx="${across(xAxis, at)}" cy="${up(yAxis, value)}" r="3.5" fill="${colour(n)}"/>`,
      ),
    ].join('');
  });
  const legend = series.map(({ name }, n) => legendEntry(name, n, series.length));
  return picture([
    ...frame(yAxis, y),
    ...marks,
    text(x, AREA.left + INNER_WIDTH / 2, HEIGHT - 10, 'middle'),
    ...curves,
    ...(limit === undefined ? [] : [limitLine(up(yAxis, limit), AREA.left, WIDTH - AREA.right)]),
    ...legend,
  ]);
}

function bars({ y, bars: all }: Extract<Plot, { kind: 'bars' }>): string {
  const yAxis = axisFor(Math.max(...all.map(({ value, limit = 0 }) => Math.max(value, limit))));
  const slot = INNER_WIDTH / all.length;
  const drawn = all.flatMap(({ name, value, limit }, n) => {
    const [left, middle] = [AREA.left + n * slot, AREA.left + (n + 0.5) * slot];
    const top = up(yAxis, value);
    const height = round(AREA.top + INNER_HEIGHT - top);
    return [
      `<rect x="${round(left + slot * 0.2)}" y="${top}" width="${round(slot * 0.6)}" height="${height}" fill="${colour(0)}"/>`,
      text(markText(Number(value.toPrecision(3))), middle, top - 5, 'middle'),
      ...wrapped(name, slot).map((part, line) => text(part, middle, HEIGHT - 34 + 14 * line, 'middle')),
      ...(limit === undefined ? [] : [limitLine(up(yAxis, limit), left + slot * 0.1, left + slot * 0.9)]),
    ];
  });
  return picture([...frame(yAxis, y), ...drawn]);
}

function frame(yAxis: Axis, name: string): string[] {
  return [
    ...yAxis.marks.flatMap((mark) => [
      `<line class="rule" x1="${AREA.left}" x2="${WIDTH - AREA.right}" y1="${up(yAxis, mark)}" y2="${up(yAxis, mark)}"/>`,
      text(markText(mark), AREA.left - 8, up(yAxis, mark) + 4, 'end'),
    ]),
    // Not along the axis: it is longer than that.
    text(name, 16, 18, 'start'),
  ];
}

function legendEntry(name: string, n: number, of: number): string {
  const x = AREA.left + (n * INNER_WIDTH) / of;
  return `<rect x="${round(x)}" y="30" width="12" height="12" fill="${colour(n)}"/>${text(name, x + 18, 40, 'start')}`;
}

const limitLine = (y: number, from: number, to: number) =>
  `<line class="limit" x1="${round(from)}" x2="${round(to)}" y1="${y}" y2="${y}"/>`;

const colour = (n: number) => COLOURS[n % COLOURS.length];
const across = ({ most }: Axis, value: number) => round(AREA.left + (value / most) * INNER_WIDTH);
const up = ({ most }: Axis, value: number) => round(AREA.top + INNER_HEIGHT * (1 - value / most));
const round = (value: number) => Math.round(value * 10) / 10;

function text(words: string, x: number, y: number, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escaped(words)}</text>`;
}

/** A bar's name in lines that its slot has room for. */
function wrapped(name: string, slot: number): string[] {
  const room = Math.max(6, Math.floor(slot / 7));
  const found: string[] = [];
  for (const word of name.split(' ')) {
    const last = found.at(-1);
    if (last !== undefined && last.length + word.length < room) found[found.length - 1] = `${last} ${word}`;
    else found.push(word);
  }
  return found;
}

const escaped = (words: string) =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function picture(parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">`,
    `<style>${STYLE}\n</style>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}
