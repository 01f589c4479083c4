import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = join(import.meta.dirname, '../../../docs/dns.md');

/**
 * The fenced blocks of one section of docs/dns.md, each as lines.
 *
 * @throws Error where it has no such heading.
 */
export function blocksOf(heading: string): string[][] {
  const lines = readFileSync(PAGE, 'utf8').split('\n');
  const from = lines.indexOf(heading);
  if (from < 0) throw new Error(`docs/dns.md has no heading "${heading}"`);
  const rest = lines.slice(from + 1);
  const end = rest.findIndex((line) => line.startsWith('#'));
  const blocks: string[][] = [];
  let open: string[] | undefined;
  let indent = 0;
  for (const line of rest.slice(0, end < 0 ? rest.length : end)) {
    const isFence = line.trim().startsWith('```');
    if (isFence && open === undefined) {
      open = [];
      indent = line.indexOf('`');
    } else if (isFence && open !== undefined) {
      blocks.push(open);
      open = undefined;
    } else open?.push(line.slice(indent));
  }
  return blocks;
}
