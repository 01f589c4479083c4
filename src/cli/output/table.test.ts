import { describe, expect, it, test } from 'vitest';
import { age, left } from './age.ts';
import { renderDocument } from './document.ts';
import { type Column, renderTable } from './table.ts';

const columns: Column<{ name: string; why: string }>[] = [
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'WHY', cell: ({ why }) => why, wide: true },
  { title: 'AGE', cell: (_, now) => `${now}s` },
];
const rows = [
  { name: 'db', why: 'a reason' },
  { name: 'a-longer-name', why: '' },
];

describe('a table', () => {
  it('has titles, aligned columns and no space at the end of a line', () => {
    expect(renderTable(columns, rows, { wide: false, now: 5 })).toBe(
      'NAME            AGE\ndb              5s\na-longer-name   5s\n',
    );
  });

  it('shows more with -o wide, and <none> for nothing', () => {
    expect(renderTable(columns, rows, { wide: true, now: 5 })).toBe(
      'NAME            WHY        AGE\ndb              a reason   5s\na-longer-name   <none>     5s\n',
    );
  });

  it('keeps a row in one line, whatever a cluster says, and terminals uncoloured', () => {
    const hostile = [{ name: 'db\nfake   True', why: '\u001b[31mred' }];
    expect(renderTable(columns, hostile, { wide: true, now: 0 })).toBe(
      'NAME           WHY       AGE\ndb fake True   [31mred   0s\n',
    );
  });

  it('of no rows is empty', () => expect(renderTable(columns, [], { wide: true, now: 0 })).toBe(''));
});

test.each([
  [0, '0s'],
  [119, '119s'],
  [120, '2m'],
  [185, '3m5s'],
  [600, '10m'],
  [3_600, '60m'],
  [2 * 3_600 + 60, '121m'],
  [3 * 3_600 + 60, '3h1m'],
  [9 * 3_600 + 60, '9h'],
  [86_400 * 2 + 3_600, '2d1h'],
  [86_400 * 30, '30d'],
  [-5, '0s'],
])('an age of %i seconds reads %s', (seconds, text) => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(age(new Date(now - seconds * 1000).toISOString(), now)).toBe(text);
});

test('an age that nobody knows says so', () => expect(age(undefined, 0)).toBe('<unknown>'));

test('documents end with a line feed, and YAML repeats what is the same', async () => {
  const same = { a: 1 };
  expect(await renderDocument({ x: same }, 'json')).toBe('{\n  "x": {\n    "a": 1\n  }\n}\n');
  expect(await renderDocument({ x: same, y: same }, 'yaml')).toBe('x:\n  a: 1\ny:\n  a: 1\n');
});

test('what is left of a time is told as an age is, and nothing where there is no end', () => {
  const now = Date.parse('2026-11-24T10:00:00Z');
  expect(left('2026-12-01T09:30:00Z', now)).toBe('6d23h');
  expect(left('2026-11-24T09:59:00Z', now)).toBe('0s');
  expect(left(undefined, now)).toBe('');
});
