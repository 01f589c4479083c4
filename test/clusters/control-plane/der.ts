/** The few pieces of DER (X.690) that an X.509 certificate is made of. */

const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  time: 0x18,
} as const;
const [SEQUENCE, SET] = [0x30, 0x31];

/** Tag, length and content. */
export function tlv(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
}

export const sequence = (...content: readonly Uint8Array[]): Buffer => tlv(SEQUENCE, ...content);
export const set = (...content: readonly Uint8Array[]): Buffer => tlv(SET, ...content);
export const octets = (content: Uint8Array): Buffer => tlv(TAG.octets, content);
export const utf8 = (text: string): Buffer => tlv(TAG.utf8, Buffer.from(text, 'utf8'));
export const truth = (): Buffer => tlv(TAG.boolean, Buffer.from([0xff]));
/** Context-specific, constructed: `[n] EXPLICIT`. */
export const explicit = (n: number, ...content: readonly Uint8Array[]): Buffer => tlv(0xa0 + n, ...content);
/** Context-specific, primitive: `[n] IMPLICIT`. */
export const implicit = (n: number, content: Uint8Array): Buffer => tlv(0x80 + n, content);

/** A non-negative integer from big-endian bytes. */
export function integer(bytes: Uint8Array): Buffer {
  const first = bytes[0] ?? 0;
  return tlv(TAG.integer, first >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}

/** A bit string; `unused` counts the bits of the last byte that do not belong to it. */
export function bits(content: Uint8Array, unused = 0): Buffer {
  return tlv(TAG.bits, Buffer.of(unused), content);
}

/** An object identifier from its dotted form. */
export function oid(dotted: string): Buffer {
  const [a = 0, b = 0, ...rest] = dotted.split('.').map(Number);
  return tlv(TAG.oid, Buffer.from([a * 40 + b, ...rest.flatMap(base128)]));
}

/** GeneralizedTime, to the second. */
export function time(at: Date): Buffer {
  return tlv(TAG.time, Buffer.from(`${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`));
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>= 8) bytes.unshift(rest & 0xff);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}
