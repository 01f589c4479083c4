import ipaddr from 'ipaddr.js';

export type Family = 'IPv4' | 'IPv6';

/** The family of an address. Throws for what is none. */
export function familyOf(address: string): Family {
  return ipaddr.parse(address).kind() === 'ipv6' ? 'IPv6' : 'IPv4';
}

/** The DNS record type that holds addresses of a family. */
export function recordTypeOf(family: Family): 'A' | 'AAAA' {
  return family === 'IPv6' ? 'AAAA' : 'A';
}
