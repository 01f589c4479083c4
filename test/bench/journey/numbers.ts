/**
 * Addresses that are numbers: each change brings one that no other change brings, and a later change a higher one, so
 * that what a slice shows can be read from its raw bytes. All are of one width: bodies never change their size.
 */
export const NUMBER_PATTERN = /10\.[12]\d\d\.[12]\d\d\.[12]\d\d/g;

/** How many there are. */
export const MOST_NUMBERS = 150 ** 3;

/** The address that stands for `n`, counted from 0. Throws beyond the last one. */
export function addressOf(n: number): string {
  if (n >= MOST_NUMBERS) throw new RangeError(`there are ${MOST_NUMBERS} numbered addresses`);
  return `10.${100 + Math.floor(n / 22_500)}.${100 + (Math.floor(n / 150) % 150)}.${100 + (n % 150)}`;
}

/** The highest number among the addresses of a JSON text; -1 where there is none. */
export function newestIn(text: string): number {
  let newest = '';
  // All are of one width: the highest as text is the highest.
  for (const [address] of text.matchAll(NUMBER_PATTERN)) if (address > newest) newest = address;
  return newest === '' ? -1 : numberOf(newest);
}

/** All addresses of a JSON text, in order. */
export function numbersIn(text: string): string[] {
  return text.match(NUMBER_PATTERN) ?? [];
}

function numberOf(address: string): number {
  const [, high = 0, middle = 0, low = 0] = address.split('.').map((part) => Number(part) - 100);
  return high * 22_500 + middle * 150 + low;
}
