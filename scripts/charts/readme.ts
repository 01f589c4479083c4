import { fillTables, markdownTable } from '#test/docs/table.ts';
import type { DescribedValue } from './values/described.ts';

/** A chart's README with the table of its values. */
export function readme(page: string, values: readonly DescribedValue[]): string {
  const rows = values.map(({ path, description, default: value }) => [
    `\`${path}\``,
    `\`${JSON.stringify(value)}\``,
    description,
  ]);
  return fillTables(page, new Map([['values', markdownTable(['value', 'default', 'what it says'], rows)]]));
}
