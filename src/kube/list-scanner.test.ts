import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEEPEST_NESTING } from './json.ts';
import { ListScanner } from './list-scanner.ts';

/** Scans the text in chunks of these sizes, over and over. */
function scan(text: string, sizes: readonly number[] = [1_000_000]): { items: unknown[]; rest: unknown } {
  const items: unknown[] = [];
  const scanner = new ListScanner((item) => items.push(JSON.parse(item)));
  const bytes = Buffer.from(text);
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const size = sizes[n % sizes.length] ?? 1;
    scanner.push(bytes.subarray(at, at + size));
    at += size;
  }
  return { items, rest: JSON.parse(scanner.end()) };
}

const hostileText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('"items":[', '\\', '"', '{[', '}]', '"items":'),
);
// Keys of one backslash are left out: JSON.parse of Node 24 mistakes the key "\n" for them once it has seen one.
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    hostileText,
    tie('list'),
    tie('map'),
  ),
  list: fc.array(tie('any'), { maxLength: 4 }),
  map: fc.dictionary(
    hostileText.filter((key) => key !== '__proto__' && key !== '\\'),
    tie('any'),
    { maxKeys: 4 },
  ),
})).map;
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

describe('ListScanner', () => {
  it('finds every item, and leaves the rest, wherever the chunks are cut', () => {
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 5 }),
        value,
        sizes,
        fc.boolean(),
        (items, more, cuts, pretty) => {
          const list = { kind: 'List', metadata: { resourceVersion: '7' }, more, items, after: [more] };
          const scanned = scan(JSON.stringify(list, null, pretty ? 2 : 0), cuts);
          // Compared as text: generated objects may have no prototype.
          expect(JSON.stringify(scanned.items)).toBe(JSON.stringify(items));
          expect(JSON.stringify(scanned.rest)).toBe(JSON.stringify({ ...list, items: [] }));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('hands an item on before the next one is there', () => {
    const seen: string[] = [];
    const scanner = new ListScanner((item) => seen.push(item));
    scanner.push(Buffer.from('{"items":[{"a":1},{"b"'));
    expect(seen).toEqual(['{"a":1}']);
    scanner.push(Buffer.from(':2}'));
    expect(seen).toEqual(['{"a":1}', '{"b":2}']);
  });

  it('takes no other array for the items', () => {
    const list = { metadata: { items: [{ a: 1 }] }, otherItems: [{ b: 2 }], text: '"items":[', items: null };
    expect(scan(JSON.stringify(list))).toEqual({ items: [], rest: list });
  });

  it.each([
    ['ends within the list', '{"items":[{"a":1}'],
    ['ends within an item', '{"items":[{"a":'],
    ['ends within a string', '{"items":[],"a":"'],
    ['closes what is not open', '{"items":[]}}'],
    ['holds an item that is a number', '{"items":[1]}'],
    ['holds an item that is a string', '{"items":["{}"]}'],
    ['holds an item that is a list', '{"items":[[]]}'],
    ['is empty', ''],
    ['is no JSON', '<html>'],
  ])('refuses a reply that %s', (_what, text) => {
    expect(() => scan(text)).toThrow(SyntaxError);
    expect(() => scan(text, [1])).toThrow(SyntaxError);
  });

  it('tells of each item whether it nests deeper than any object may', () => {
    const item = (depth: number) => `${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`;
    const seen: boolean[] = [];
    const scanner = new ListScanner((_item, nestsTooDeep) => seen.push(nestsTooDeep));
    const depths = [DEEPEST_NESTING, DEEPEST_NESTING + 1, 1, 9_000];
    scanner.push(Buffer.from(`{"items":[${depths.map(item)}]}`));
    expect(seen).toEqual([false, true, false, true]);
  });
});
