/**
 * Addresses out of the benchmarking range 198.18.0.0/15, all of the same width: bodies never change their
 * size, and none is a part of another one, so that an address can be found in raw bytes.
 */
export const ADDRESS_PATTERN = /198\.1[89]\.[12]\d\d\.[12]\d\d/g;

/** How many different addresses `changeAddress` gives. */
export const MOST_CHANGES = 150 * 150;

const at = (second: number, n: number) => `198.${second}.${100 + Math.floor(n / 150)}.${100 + (n % 150)}`;

/** The address that endpoint `n` begins with. */
export function firstAddress(n: number): string {
  return at(19, n);
}

/** The address that change `n` of a lane brings; no other change brings it. */
export function changeAddress(n: number): string {
  if (n >= MOST_CHANGES) throw new RangeError(`a lane has ${MOST_CHANGES} changes at most`);
  return at(18, n);
}

/** All addresses of a JSON text, in order. */
export function addressesIn(text: string): string[] {
  return text.match(ADDRESS_PATTERN) ?? [];
}
