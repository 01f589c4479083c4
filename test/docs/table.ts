/** A Markdown table, its columns padded so that the source reads like one too. Pipes in cells are escaped. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = widths.map((width) => '-'.repeat(width));
  return [line(cells[0] ?? []), line(rule), ...cells.slice(1).map(line)].join('\n');
}

/**
 * The page with each of these tables between its two marks, `<!-- table: NAME -->` and `<!-- end -->`; all
 * else is written by hand and stays. Throws where page and tables do not have the same names: a table that is
 * nowhere shown, and a mark that nothing fills, are both mistakes.
 */
export function fillTables(page: string, tables: ReadonlyMap<string, string>): string {
  const filled = new Set<string>();
  const result = page.replace(MARKED, (_all, name: string) => {
    const table = tables.get(name);
    if (table === undefined) throw new Error(`nothing fills the table "${name}"`);
    filled.add(name);
    return `<!-- table: ${name} -->\n\n${table}\n\n<!-- end -->`;
  });
  const missing = [...tables.keys()].filter((name) => !filled.has(name));
  if (missing.length > 0) throw new Error(`the page has no place for the table "${missing.join('", "')}"`);
  return result;
}

const MARKED = /<!-- table: (.+?) -->[\s\S]*?<!-- end -->/g;
