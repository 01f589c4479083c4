import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;
const page = readFileSync(`${root}docs/security.md`, 'utf8');

/** Numbers of the threats that some test is named by. */
const tested = new Set(
  globSync('test/threats/**/*.ts', {
    cwd: root,
    exclude: (path) => path.endsWith('security-page.unit.test.ts'),
  })
    .flatMap((path) => [
      ...readFileSync(`${root}${path}`, 'utf8').matchAll(/(?:it|test|describe)\(\s*['`](T\d\d) /g),
    ])
    .map(([, number]) => number),
);

test('docs/security.md names tests that are there, and leaves none out', () => {
  const named = [...page.matchAll(/\bT\d\d\b/g)].map(([number]) => number);
  expect([...new Set(named)].sort()).toEqual([...tested].sort());
});

test('every threat from T01 to T21 has a test', () => {
  const all = Array.from({ length: 21 }, (_, n) => `T${String(n + 1).padStart(2, '0')}`);
  expect(all.filter((number) => !tested.has(number))).toEqual([]);
});

test('every line of docs/security.md names its test', () => {
  const items = page
    .split(/\n(?=- )/)
    .slice(1)
    .map((item) => item.split(/\n\n|\n(?! {2})/)[0] ?? '');
  expect(items.length).toBeGreaterThan(30);
  expect(items.filter((item) => !/\(T\d\d\)$/.test(item.trim()))).toEqual([]);
});
