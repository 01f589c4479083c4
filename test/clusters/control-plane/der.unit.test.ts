import { describe, expect, it } from 'vitest';
import { bits, integer, octets, oid, sequence, time, utf8 } from './der.ts';

const hex = (bytes: Buffer) => bytes.toString('hex');

describe('DER', () => {
  it.each([
    ['an identifier with parts above 127', oid('1.2.840.10045.4.3.2'), '06082a8648ce3d040302'],
    ['an identifier that starts with 2', oid('2.5.29.15'), '0603551d0f'],
    ['a small integer', integer(Buffer.of(2)), '020102'],
    ['an integer whose first bit is set stays positive', integer(Buffer.of(0x80)), '02020080'],
    ['a bit string with unused bits', bits(Buffer.of(0x06), 1), '03020106'],
    ['text', utf8('é'), '0c02c3a9'],
    ['a time', time(new Date('2026-11-24T07:08:09.999Z')), '180f32303236313132343037303830395a'],
    ['an empty sequence', sequence(), '3000'],
  ])('encodes %s', (_, encoded, expected) => {
    expect(hex(encoded)).toBe(expected);
  });

  it.each([
    [127, '047f'],
    [128, '048180'],
    [255, '0481ff'],
    [256, '04820100'],
    [65_536, '0483010000'],
  ])('writes a length of %i in as few bytes as possible', (length, head) => {
    expect(hex(octets(Buffer.alloc(length))).startsWith(head)).toBe(true);
  });
});
