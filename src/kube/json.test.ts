import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEEPEST_NESTING, parseJson } from './json.ts';

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('parseJson', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!text.includes('__proto__'));
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('counts brackets, not what stands in strings', () => {
    const tricky = JSON.stringify({ a: '['.repeat(500), b: '\\"[[', c: '\\', d: `"${'{'.repeat(300)}` });
    expect(parseJson(tricky)).toEqual(JSON.parse(tricky));
  });

  it('reads null in the place of what nests too deep, and all else as it is', () => {
    expect(parseJson(nested(DEEPEST_NESTING))).toEqual(JSON.parse(nested(DEEPEST_NESTING)));
    const cut = `${'['.repeat(DEEPEST_NESTING)}null${']'.repeat(DEEPEST_NESTING)}`;
    for (const deeper of [1, 2, 200_000]) {
      expect(parseJson(nested(DEEPEST_NESTING + deeper))).toEqual(JSON.parse(cut));
      const mixed = `{"a":1,"deep":${nested(DEEPEST_NESTING + deeper)},"b":[2],"again":${'{"}":'.repeat(500)}"]"${'}'.repeat(500)}}`;
      expect(parseJson(mixed)).toMatchObject({ a: 1, b: [2] });
    }
    // Side by side is not deep.
    expect(parseJson(`[${'[],'.repeat(1_000)}[]]`)).toHaveLength(1_001);
  });

  it.each([
    ['does not end', `{"a":${'{"b":'.repeat(200_000)}`],
    ['ends too often', `${nested(DEEPEST_NESTING + 1)}]`],
    ['ends within a string', `${'['.repeat(DEEPEST_NESTING + 5)}"]]]`],
  ])('throws a SyntaxError for what nests too deep and %s', (_what, text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });

  it.each(['', '{', '"open', '{"a":1}}', '[1,]', 'undefined', '"\\'])(
    'throws a SyntaxError for %j',
    (text) => {
      expect(() => parseJson(text)).toThrow(SyntaxError);
    },
  );

  it.each([
    '{"__proto__":{"polluted":true},"a":1}',
    '{"\\u005f_proto__":{"polluted":true},"a":1}',
    '{"__pr\\u006Fto__":{"polluted":true},"a":1}',
    '{"\\u005F\\u005F\\u0070roto\\u005f_":{"polluted":true},"a":1}',
  ])('drops a member named __proto__ however it is written: %s', (text) => {
    const value = parseJson(text);
    expect(Object.getOwnPropertyNames(value)).toEqual(['a']);
    expect(Object.assign({}, value)).not.toHaveProperty('polluted');
  });

  it('keeps __proto__ where it is only text', () => {
    expect(parseJson('{"a":"__proto__"}')).toEqual({ a: '__proto__' });
  });
});
