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
  const parsed = parseAddress(address, family);
  if (typeof parsed === 'string') return parsed;
  if (parsed.toString() !== address) return `is not in canonical form (${parsed.toString()})`;
  if (METADATA_SERVICES.has(address)) return 'is the address of a cloud metadata service';
  const refused = REFUSED_RANGES.get(parsed.range()) ?? refuseEmbedded(parsed);
  if (refused !== undefined) return refused;
  if (ranges !== undefined && !ranges.some((range) => contains(range, parsed))) {
    return 'is outside the address ranges of its member';
  }
  return undefined;
}

/**
 * The canonical text of an address; undefined where there is none. Hand-written slices may spell IPv6 in
 * many ways; IPv4 has none but the dotted one, since leading zeros are octal to some readers.
 */
export function canonicalAddress(address: string, family: IPFamily): string | undefined {
  const parsed = parseAddress(address, family);
  if (typeof parsed === 'string') return undefined;
  const canonical = parsed.toString();
  return family === 'IPv4' && canonical !== address ? undefined : canonical;
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

function parseAddress(address: string, family: IPFamily): ipaddr.IPv4 | ipaddr.IPv6 | string {
  // A zone (fe80::1%eth0) parses, but means something only on the machine that wrote it.
  if (address.length > 45 || address.includes('%')) return 'is not an IP address';
  if (family === 'IPv4') {
    if (ipaddr.IPv4.isValid(address)) return ipaddr.IPv4.parse(address);
    return ipaddr.IPv6.isValid(address) ? 'is not an IPv4 address' : 'is not an IP address';
  }
  if (ipaddr.IPv6.isValid(address)) return ipaddr.IPv6.parse(address);
  return ipaddr.IPv4.isValid(address) ? 'is not an IPv6 address' : 'is not an IP address';
}

/** IPv6 ranges that lead to an IPv4 address inside: NAT64, 6to4, and the old compatible form. */
function refuseEmbedded(address: ipaddr.IPv4 | ipaddr.IPv6): string | undefined {
  if (!('parts' in address)) return undefined;
  const [first = 0, second = 0, third = 0] = address.parts;
  if (address.parts.slice(0, 6).every((part) => part === 0)) return 'is an IPv4 address written as IPv6';
  const range = address.range();
  const embedded =
    range === 'rfc6052' ? address.parts.slice(6) : range === '6to4' ? [second, third] : undefined;
  if (embedded === undefined || first === undefined) return undefined;
  const octets = embedded.flatMap((part) => [part >> 8, part & 0xff]);
  const inner = octets.join('.');
  return refuseAddress(inner, 'IPv4') === undefined ? undefined : `leads to ${inner}`;
}

function contains([network, bits]: Range, address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return network.kind() === address.kind() && address.match([network, bits]);
}
