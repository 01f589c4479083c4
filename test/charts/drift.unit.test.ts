import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { VERSION } from '#src/config/version.ts';
import { chartFiles } from '../../scripts/charts/files.ts';

const ROOT = join(import.meta.dirname, '../..');
const files = chartFiles();

// `npm run charts` writes them anew; the difference is the question.
test.each([...files.keys()])('%s is what it is made of', (path) => {
  expect(readFileSync(join(ROOT, path), 'utf8')).toBe(files.get(path));
});

test('no file of the charts says that it is written by a program when it is not', () => {
  const marked = globSync('charts/**/*.{yaml,tpl}', { cwd: ROOT }).filter((path) =>
    readFileSync(join(ROOT, path), 'utf8').includes('Written by `npm run charts`'),
  );
  expect(marked.length).toBeGreaterThan(20);
  expect(marked.filter((path) => !files.has(path))).toEqual([]);
});

test.each(['tombolo-hub', 'tombolo-member'])('%s installs the program of this tree', (chart) => {
  const { appVersion } = parse(readFileSync(join(ROOT, 'charts', chart, 'Chart.yaml'), 'utf8')) as {
    appVersion: string;
  };
  expect(appVersion).toBe(VERSION);
});
