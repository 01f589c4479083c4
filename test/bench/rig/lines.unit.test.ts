import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineSplitter } from './lines.ts';

it('finds the same lines however the stream is cut, also inside a character of several bytes', () => {
  const text = fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '€', '😀') }), { minLength: 1 });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 7 }), (lines, size) => {
      const bytes = Buffer.from(`${lines.join('\n')}\nunfinished`);
      const splitter = new LineSplitter();
      const found: string[] = [];
      for (let at = 0; at < bytes.length; at += size)
        found.push(...splitter.push(bytes.subarray(at, at + size)));
      expect(found).toEqual(lines);
    }),
  );
});
