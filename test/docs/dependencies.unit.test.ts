import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** Packages in the first column of the table under a heading. */
function listed(page: string, heading: string): string[] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const cells = section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|')[1] ?? '');
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)).sort();
}

describe('docs/dependencies.md gives a reason for each package of package.json, and for no other:', () => {
  const page = read('docs/dependencies.md');
  // npm writes and checks this file's shape.
  const manifest = JSON.parse(read('package.json')) as Record<'dependencies' | 'devDependencies', object>;

  it.each([
    ['At run time', 'dependencies'],
    ['For development', 'devDependencies'],
  ] as const)('%s', (heading, field) => {
    const packages = Object.keys(manifest[field]).sort();
    expect(packages.length).toBeGreaterThan(5);
    expect(listed(page, heading)).toEqual(packages);
  });
});
