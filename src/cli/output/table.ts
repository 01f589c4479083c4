/** One column of a table: what stands in it for a row. `now`, in milliseconds since the epoch, is for ages. */
export interface Column<Row> {
  title: string;
  cell: (row: Row, now: number) => string;
  /** Shown by `-o wide` only. */
  wide?: boolean;
}

/** What kubectl shows where there is nothing to say. */
export const NONE = '<none>';

/**
 * A table as kubectl prints one: titles first, no borders, no colour, three spaces between columns. An empty
 * cell reads `<none>`. Empty text for no rows: an empty table has no titles.
 */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { wide, now }: { wide: boolean; now: number },
): string {
  if (rows.length === 0) return '';
  const shown = columns.filter((column) => wide || column.wide !== true);
  const lines = rows.map((row) => shown.map(({ cell }) => oneLine(cell(row, now))));
  const all = [shown.map(({ title }) => title), ...lines];
  const widths = shown.map((_, index) => Math.max(...all.map((line) => line[index]?.length ?? 0)));
  return all.map((line) => `${padded(line, widths)}\n`).join('');
}

function padded(line: readonly string[], widths: readonly number[]): string {
  return line
    .map((cell, index) => cell.padEnd(widths[index] ?? 0))
    .join('   ')
    .trimEnd();
}

/** What came from a cluster may hold anything: a line feed would make rows of its own, an escape could recolour them. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/\p{Cc}/gu, '') || NONE;
}
