import { hash } from 'node:crypto';

const BASE32HEX = '0123456789abcdefghijklmnopqrstuv';
const SLICE_HASH = /^[0-9a-v]{13}$/;

/** The part of a record's name that stands for one slice of the service: 13 characters, 65 bits. */
export function sliceHash(sourceSliceName: string): string {
  return base32hex(sourceSliceName, 13);
}

/** True for what sliceHash can have given. Record names come from the hub and may hold anything. */
export function isSliceHash(text: string): boolean {
  return SLICE_HASH.test(text);
}

/**
 * The derived Service's name, by the rule of the upstream reference controllers and Cilium (SEMANTICS 3.7), so
 * that users who come from there find the same name.
 */
export function derivedServiceName(namespace: string, service: string): string {
  return `derived-${base32hex(`${namespace}/${service}`, 10)}`;
}

/**
 * What a slice is labelled with in place of the name of a derived Service that is not there. CoreDNS makes a reverse
 * name for every address in the cluster's slices out of that label; without it the name has an empty part, the reply
 * cannot be written, and whoever asks waits in vain, also for pods that had a good reverse name before. With the
 * dot it is the name of no Service.
 */
export function absentServiceName(namespace: string, service: string): string {
  return `${derivedServiceName(namespace, service)}.none`;
}

/**
 * The name of the EndpointSlice that shows one slice of one member: `db-zzzc-<hash>`. Readable up front,
 * unique by the hash, which covers all four parts with a separator that none of them may hold; at most
 * 63 + 1 + 55 + 1 + 16 characters for valid parts.
 */
export function importedSliceName(
  cluster: string,
  namespace: string,
  service: string,
  sourceSliceHash: string,
): string {
  const unique = base32hex(`${cluster}/${namespace}/${service}/${sourceSliceHash}`, 16);
  return `${service}-${cluster}-${unique}`;
}

/** The first characters of the SHA-256 digest of `text` in lower-case base32hex (RFC 4648, no padding). */
function base32hex(text: string, length: number): string {
  const digest = hash('sha256', text, 'buffer');
  let encoded = '';
  let bits = 0;
  let value = 0;
  for (const byte of digest) {
    value = ((value << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5 && encoded.length < length) {
      bits -= 5;
      encoded += BASE32HEX[(value >> bits) & 31];
    }
  }
  return encoded;
}
