import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineError, LineSplitter } from './lines.ts';

function split(chunks: Buffer[], longest = 1_000): string[] {
  const splitter = new LineSplitter(longest);
  const lines = chunks.flatMap((chunk) => [...splitter.push(chunk)]);
  splitter.end();
  return lines;
}

describe('LineSplitter', () => {
  it('finds the same lines wherever the chunks are cut, in the middle of a character too', () => {
    const line = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter((text) => !text.includes('\n'));
    fc.assert(
      fc.property(fc.array(line), fc.infiniteStream(fc.integer({ min: 1, max: 7 })), (lines, sizes) => {
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
        const chunks: Buffer[] = [];
        for (let at = 0; at < bytes.length; ) {
          const size = sizes.next().value ?? 1;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(split(chunks)).toEqual(lines);
      }),
    );
  });

  it('skips empty lines', () => {
    expect(split([Buffer.from('\n\na\n\n')])).toEqual(['a']);
  });

  it('says where a stream ended inside a line', () => {
    expect(() => split([Buffer.from('whole\nhal'), Buffer.from('f')])).toThrow(
      new LineError('the stream ended 4 bytes into a line'),
    );
  });

  it.each([
    ['in one chunk', [Buffer.from(`${'x'.repeat(11)}\n`)]],
    ['over several', [Buffer.from('xxxxxx'), Buffer.from('xxxxx')]],
  ])('refuses a line that is too long, %s, before it is whole', (_how, chunks) => {
    expect(() => split(chunks, 10)).toThrow(new LineError('a line is longer than 10 bytes'));
    expect(split([Buffer.from(`${'x'.repeat(10)}\n`)], 10)).toHaveLength(1);
  });
});
