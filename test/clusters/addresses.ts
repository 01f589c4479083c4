/** Address families: one, or both with IPv4 first. */
export const STACKS = ['ipv4', 'ipv6', 'dual'] as const;
export type Stack = (typeof STACKS)[number];

/**
 * Addresses of one cluster, out of the ranges that RFC 2544 and RFC 5180 keep for benchmarks: nobody's. Every list
 * has one entry per family of the stack, the primary one first.
 */
export interface Addresses {
  /** Pods: a /24 of 198.18.0.0/15, a /64 of 2001:2::/48. */
  pods: readonly string[];
  /** Services: a /24, a /112. */
  services: readonly string[];
  /** The one node. */
  node: readonly string[];
  /** What the API server announces as its own; in a set with nodes it listens there, else nothing connects to it. */
  apiServer: string;
}

/** The last index that gives ranges of its own. */
export const LAST_INDEX = 55;

/** The ranges of cluster number `index` (0 is the hub); clusters of one set overlap in nothing. */
export function addressesOf(index: number, stack: Stack): Addresses {
  if (!Number.isInteger(index) || index < 0 || index > LAST_INDEX) {
    throw new RangeError(`cluster index ${index}: expected 0 to ${LAST_INDEX}`);
  }
  const of = (ipv4: string, ipv6: string) => familiesOf(stack, ipv4, ipv6);
  // Decimal digits read as hexadecimal ones: what a person sees is the index.
  return {
    pods: of(`198.18.${index}.0/24`, `2001:2:0:1${pad(index)}::/64`),
    services: of(`198.18.${200 + index}.0/24`, `2001:2:0:${index}::/112`),
    node: of(`198.19.0.${100 + index}`, `2001:2:0:ffff::1${pad(index)}`),
    apiServer: stack === 'ipv6' ? `2001:2:0:ffff::${1 + index}` : `198.19.0.${1 + index}`,
  };
}

/** What a stack takes of an IPv4 and an IPv6 alternative. */
export function familiesOf(stack: Stack, ipv4: string, ipv6: string): string[] {
  switch (stack) {
    case 'ipv4':
      return [ipv4];
    case 'ipv6':
      return [ipv6];
    case 'dual':
      return [ipv4, ipv6];
  }
}

function pad(index: number): string {
  return String(index).padStart(2, '0');
}
