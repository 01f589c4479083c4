import { describe, expect, it } from 'vitest';
import { withoutSymbols } from '../../scripts/image/node/symbols.ts';

/** A program of 64 bytes of header, one program header, `loaded` bytes that it covers, and `rest`. */
function elf(loaded: string, rest: string): Buffer {
  const header = Buffer.alloc(64 + 56);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeBigUInt64LE(64n, 0x20);
  header.writeBigUInt64LE(BigInt(header.length + loaded.length), 0x28);
  header.writeUInt16LE(56, 0x36);
  header.writeUInt16LE(1, 0x38);
  header.writeUInt16LE(64, 0x3a);
  header.writeUInt16LE(3, 0x3c);
  header.writeUInt16LE(2, 0x3e);
  header.writeBigUInt64LE(BigInt(header.length), 64 + 0x08);
  header.writeBigUInt64LE(BigInt(loaded.length), 64 + 0x20);
  return Buffer.concat([header, Buffer.from(loaded + rest)]);
}

describe('withoutSymbols', () => {
  it('keeps all that is loaded, byte for byte, and nothing behind it', () => {
    const stripped = Buffer.from(withoutSymbols(elf('code and data', 'symbols')));
    expect(stripped.subarray(120).toString()).toBe('code and data');
  });

  it('names no sections any more, since they are gone', () => {
    const stripped = Buffer.from(withoutSymbols(elf('code', 'symbols')));
    expect(stripped.readBigUInt64LE(0x28)).toBe(0n);
    expect([0x3a, 0x3c, 0x3e].map((at) => stripped.readUInt16LE(at))).toEqual([0, 0, 0]);
  });

  it('changes nothing else, and not what it was given', () => {
    const program = elf('code', '');
    const before = Buffer.from(program);
    const stripped = Buffer.from(withoutSymbols(program));
    expect(program).toEqual(before);
    stripped.copy(before, 0x28, 0x28, 0x30);
    stripped.copy(before, 0x3a, 0x3a, 0x40);
    expect(stripped).toEqual(before);
  });

  it.each([
    ['a script', Buffer.from('#!/bin/sh\necho')],
    ['a 32-bit program', Buffer.concat([Buffer.from('\x7fELF\x01\x01', 'latin1'), Buffer.alloc(60)])],
  ])('refuses %s', (_, program) => {
    expect(() => withoutSymbols(program)).toThrow('no 64-bit little-endian ELF program');
  });
});
