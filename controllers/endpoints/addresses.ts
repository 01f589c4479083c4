import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

export type IPFamily = 'IPv4' | 'IPv6';

/** Parsed CIDRs of a Member's `spec.addressRanges`. */
export type AddressRanges = readonly Range[];
type Range = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Metadata and control services of clouds. Those in 169.254.0.0/16 have their own reason all the same. */
const METADATA_SERVICES = new Set([
  '169.254.169.254', // most clouds
  '169.254.170.2', // AWS ECS credentials
  '169.254.170.23', // AWS EKS pod identity
  'fd00:ec2::23',
  'fd00:ec2::254', // AWS
  'fd20:ce::254', // Google
  '100.100.100.200', // Alibaba
  '168.63.129.16', // Azure wire server
  '192.0.0.192', // Oracle
]);

const REFUSED_RANGES: ReadonlyMap<string, string> = new Map([
  ['unspecified', 'is an unspecified address'],
  ['loopback', 'is a loopback address'],
  ['linkLocal', 'is a link-local address'],
  ['multicast', 'is a multicast address'],
  ['broadcast', 'is the broadcast address'],
  ['ipv4Mapped', 'is an IPv4 address mapped into IPv6'],
  ['rfc6145', 'is an IPv4 address translated into IPv6'],
]);

/**
 * Why an endpoint address must not be used, as the end of a sentence that starts with the address; undefined
 * where it may. Only the one canonical form of an address passes (RFC 5952 for IPv6), so that no two readers
 * understand it differently. `ranges`: one of them must hold the address; absent: no restriction.
 */
export function refuseAddress(address: string, family: IPFamily, ranges?: AddressRanges): string | undefined {
  if (!isAddress(address, family)) {
    if (isAddress(address, family === 'IPv4' ? 'IPv6' : 'IPv4')) return `is not an ${family} address`;
    return 'is not an IP address';
  }
  const parsed = parseAddress(address, family);
  if (family === 'IPv6' && parsed.toString() !== address)
    return `is not in canonical form (${parsed.toString()})`;
  if (METADATA_SERVICES.has(address)) return 'is the address of a cloud metadata service';
  const range = parsed.range();
  const refused =
    REFUSED_RANGES.get(range) ?? ('parts' in parsed ? refuseEmbedded(parsed, range) : undefined);
  if (refused !== undefined) return refused;
  if (ranges !== undefined && !ranges.some((allowed) => contains(allowed, parsed))) {
    return 'is outside the address ranges of its member';
  }
  return undefined;
}

/**
 * The canonical text of an address; undefined where there is none. Hand-written slices may spell IPv6 in
 * many ways; IPv4 has none but the dotted one, since leading zeros are octal to some readers.
 */
export function canonicalAddress(address: string, family: IPFamily): string | undefined {
  return isAddress(address, family) ? parseAddress(address, family).toString() : undefined;
}

/**
 * Reads a Member's CIDRs. An absent list is no restriction; an empty one admits nothing. What cannot be read
 * admits nothing either and is named in `invalid`.
 */
export function parseAddressRanges(cidrs: readonly string[] | undefined): {
  ranges: AddressRanges | undefined;
  invalid: string[];
} {
  if (!Array.isArray(cidrs)) return { ranges: undefined, invalid: [] };
  const ranges: Range[] = [];
  const invalid: string[] = [];
  for (const cidr of cidrs) {
    if (ipaddr.isValidCIDR(cidr)) ranges.push(ipaddr.parseCIDR(cidr));
    else invalid.push(cidr);
  }
  return { ranges, invalid };
}

function isAddress(address: string, family: IPFamily): boolean {
  // A zone (fe80::1%eth0) means something only on the machine that wrote it.
  return family === 'IPv4' ? isIPv4(address) : isIPv6(address) && !address.includes('%');
}

/** ipaddr.parse would try both families. */
function parseAddress(address: string, family: IPFamily): ipaddr.IPv4 | ipaddr.IPv6 {
  return family === 'IPv4' ? ipaddr.IPv4.parse(address) : ipaddr.IPv6.parse(address);
}

/** IPv6 ranges that lead to an IPv4 address inside: NAT64, 6to4; and ::/16 with its old forms of the same. */
function refuseEmbedded({ parts }: ipaddr.IPv6, range: string): string | undefined {
  if (parts[0] === 0) return 'is in the reserved range ::/16';
  let embedded: number[];
  if (range === 'rfc6052') embedded = parts.slice(6);
  else if (range === '6to4') embedded = parts.slice(1, 3);
  else return undefined;
  const inner = embedded.flatMap((part) => [part >> 8, part & 0xff]).join('.');
  return refuseAddress(inner, 'IPv4') === undefined ? undefined : `leads to ${inner}`;
}

function contains([network, bits]: Range, address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return network.kind() === address.kind() && address.match([network, bits]);
}
