import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalAddress, parseAddressRanges, refuseAddress } from './addresses.ts';

/** https://github.com/submariner-io/lighthouse/pull/2246: what a hostile member could send traffic to. */
describe('an address from the hub', () => {
  test.each([
    // IPv4 that is used
    ['10.0.0.1', 'ok'],
    ['172.16.0.1', 'ok'],
    ['192.168.1.1', 'ok'],
    ['100.64.0.1', 'ok'],
    ['198.18.1.7', 'ok'],
    ['8.8.8.8', 'ok'],
    ['240.0.0.1', 'ok'],
    ['169.253.255.255', 'ok'],
    ['169.255.0.0', 'ok'],
    ['126.255.255.255', 'ok'],
    ['128.0.0.0', 'ok'],
    ['223.255.255.255', 'ok'],
    // IPv4 that is not
    ['0.0.0.0', 'is an unspecified address'],
    ['0.1.2.3', 'is an unspecified address'],
    ['127.0.0.1', 'is a loopback address'],
    ['127.255.255.255', 'is a loopback address'],
    ['169.254.0.1', 'is a link-local address'],
    ['169.254.169.254', 'is the address of a cloud metadata service'],
    ['169.254.170.2', 'is the address of a cloud metadata service'],
    ['100.100.100.200', 'is the address of a cloud metadata service'],
    ['168.63.129.16', 'is the address of a cloud metadata service'],
    ['224.0.0.1', 'is a multicast address'],
    ['239.255.255.255', 'is a multicast address'],
    ['255.255.255.255', 'is the broadcast address'],
    // IPv4 in a form that some readers take for another address, or that is none
    ['010.0.0.1', 'is not an IP address'],
    ['10.0.0.01', 'is not an IP address'],
    ['0x0a.0.0.1', 'is not an IP address'],
    ['10.1', 'is not an IP address'],
    ['167772161', 'is not an IP address'],
    ['10.0.0.256', 'is not an IP address'],
    ['10.0.0.1.', 'is not an IP address'],
    [' 10.0.0.1', 'is not an IP address'],
    ['10.0.0.1/32', 'is not an IP address'],
    ['', 'is not an IP address'],
    ['db.example.com', 'is not an IP address'],
    ['fd00::1', 'is not an IPv4 address'],
    ['::ffff:10.0.0.1', 'is not an IPv4 address'],
  ])('IPv4 %j: %s', (address, expected) => {
    expect(refuseAddress(address, 'IPv4') ?? 'ok').toBe(expected);
  });

  test.each([
    // IPv6 that is used
    ['fd00::1', 'ok'],
    ['2001:db8::1', 'ok'],
    ['2a00:1450:4001:829::200e', 'ok'],
    ['fd00:0:0:1::', 'ok'],
    ['fe00::1', 'ok'],
    ['64:ff9b::808:808', 'ok'],
    ['2002:808:808::1', 'ok'],
    // IPv6 that is not
    ['::', 'is an unspecified address'],
    ['::1', 'is a loopback address'],
    ['fe80::1', 'is a link-local address'],
    ['febf::1', 'is a link-local address'],
    ['ff02::1', 'is a multicast address'],
    ['fd00:ec2::254', 'is the address of a cloud metadata service'],
    ['fd20:ce::254', 'is the address of a cloud metadata service'],
    // IPv4 in disguise
    ['::ffff:10.0.0.1', 'is not in canonical form (::ffff:a00:1)'],
    ['::ffff:a00:1', 'is an IPv4 address mapped into IPv6'],
    ['::ffff:7f00:1', 'is an IPv4 address mapped into IPv6'],
    ['::ffff:0:7f00:1', 'is an IPv4 address translated into IPv6'],
    ['::7f00:1', 'is in the reserved range ::/16'],
    ['::1:0:0', 'is in the reserved range ::/16'],
    ['64:ff9b::7f00:1', 'leads to 127.0.0.1'],
    ['64:ff9b::a9fe:a9fe', 'leads to 169.254.169.254'],
    ['2002:7f00:1::', 'leads to 127.0.0.1'],
    ['2002:a9fe:a9fe::1', 'leads to 169.254.169.254'],
    // IPv6 in another form than its canonical one
    ['FD00::1', 'is not in canonical form (fd00::1)'],
    ['fd00:0:0:0:0:0:0:1', 'is not in canonical form (fd00::1)'],
    ['fd00::0001', 'is not in canonical form (fd00::1)'],
    ['fd00:0::1', 'is not in canonical form (fd00::1)'],
    ['fd00:0:0:0:1::1', 'is not in canonical form (fd00::1:0:0:1)'],
    ['fd00::1:1:1:1:1:1', 'is not in canonical form (fd00:0:1:1:1:1:1:1)'],
    // none
    ['fe80::1%eth0', 'is not an IP address'],
    ['[fd00::1]', 'is not an IP address'],
    ['fd00::1::2', 'is not an IP address'],
    ['fd00::g', 'is not an IP address'],
    ['fd00::1/64', 'is not an IP address'],
    ['', 'is not an IP address'],
    ['10.0.0.1', 'is not an IPv6 address'],
  ])('IPv6 %j: %s', (address, expected) => {
    expect(refuseAddress(address, 'IPv6') ?? 'ok').toBe(expected);
  });

  test('of any text that is none is refused, whatever it is', () => {
    const text = fc.oneof(fc.string(), fc.ipV4Extended(), fc.constant('x'.repeat(100_000)));
    fc.assert(
      fc.property(text, fc.constantFrom('IPv4', 'IPv6'), (address, family) => {
        if (isIP(address) === (family === 'IPv4' ? 4 : 6)) return;
        expect(refuseAddress(address, family)).toMatch(/^is not an IP(v4|v6)? address$/);
      }),
      { numRuns: 1_000 },
    );
  });

  test('is refused exactly where it lies in a refused range (Node’s own BlockList judges)', () => {
    const v4 = fc.tuple(fc.nat(255), fc.constantFrom(1, 253, 254, 255), fc.nat(255), fc.nat(255));
    const start = fc.constantFrom(
      0,
      1,
      0x2001,
      0xfc00,
      0xfd00,
      0xfe79,
      0xfe80,
      0xfebf,
      0xfec0,
      0xff00,
      0xff0e,
    );
    const v6 = fc.tuple(
      start,
      fc.array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 7, maxLength: 7 }),
    );
    const addresses = fc.oneof(
      v4.map((octets) => octets.join('.')),
      v6.map(([first, rest]) => [first, ...rest].map((group) => group.toString(16)).join(':')),
    );
    fc.assert(
      fc.property(addresses, (written) => {
        const family = isIP(written) === 4 ? 'IPv4' : 'IPv6';
        const address = canonicalAddress(written, family) ?? '';
        expect(refuseAddress(address, family) !== undefined).toBe(isInRefusedRange(address, family));
      }),
      { numRuns: 2_000 },
    );
  });
});

const REFUSED: Record<'IPv4' | 'IPv6', [string, number][]> = {
  IPv4: [
    ['0.0.0.0', 8],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['224.0.0.0', 4],
    ['255.255.255.255', 32],
  ],
  IPv6: [
    ['::', 16],
    ['fe80::', 10],
    ['ff00::', 8],
  ],
};

function isInRefusedRange(address: string, family: 'IPv4' | 'IPv6'): boolean {
  // One list a family: a list takes an IPv4 address for its mapped form too.
  const list = new BlockList();
  const kind = family === 'IPv4' ? 'ipv4' : 'ipv6';
  for (const [network, bits] of REFUSED[family]) list.addSubnet(network, bits, kind);
  return list.check(address, kind);
}

describe('a member’s address ranges', () => {
  function refused(address: string, cidrs: string[] | undefined): string {
    const { ranges } = parseAddressRanges(cidrs);
    return refuseAddress(address, address.includes(':') ? 'IPv6' : 'IPv4', ranges) ?? 'ok';
  }
  const OUTSIDE = 'is outside the address ranges of its member';

  test.each<[string, string[] | undefined, string]>([
    ['10.1.2.3', undefined, 'ok'],
    ['10.1.2.3', ['10.1.0.0/16'], 'ok'],
    ['10.2.2.3', ['10.1.0.0/16'], OUTSIDE],
    ['10.2.2.3', ['10.1.0.0/16', '10.2.0.0/16'], 'ok'],
    ['10.1.2.3', ['10.1.2.3/32'], 'ok'],
    ['10.1.2.4', ['10.1.2.3/32'], OUTSIDE],
    ['10.1.2.3', ['fd00::/8'], OUTSIDE],
    ['fd00::1', ['fd00::/8'], 'ok'],
    ['2001:db8::1', ['fd00::/8', '0.0.0.0/0'], OUTSIDE],
    ['10.1.2.3', ['0.0.0.0/0'], 'ok'],
    ['10.1.2.3', [], OUTSIDE],
    ['10.1.2.3', ['nonsense'], OUTSIDE],
    ['127.0.0.1', ['127.0.0.0/8'], 'is a loopback address'],
  ])('%s within %j: %s', (address, cidrs, expected) => {
    expect(refused(address, cidrs)).toBe(expected);
  });

  test('that cannot be read are named and admit nothing', () => {
    const cidrs = ['10.0.0.0/8', '10.0.0.0', '10.0.0.0/33', 'x', ''];
    const { ranges, invalid } = parseAddressRanges(cidrs);
    expect(ranges).toHaveLength(1);
    expect(invalid).toEqual(['10.0.0.0', '10.0.0.0/33', 'x', '']);
  });
});

test.each<[string, 'IPv4' | 'IPv6', string | undefined]>([
  ['10.0.0.1', 'IPv4', '10.0.0.1'],
  ['010.0.0.1', 'IPv4', undefined],
  ['FD00:0::1', 'IPv6', 'fd00::1'],
  ['fd00::1', 'IPv4', undefined],
  ['x', 'IPv6', undefined],
])('the canonical form of %s (%s) is %s', (address, family, expected) => {
  expect(canonicalAddress(address, family)).toBe(expected);
});

test('the canonical form of IPv6 is the one that others write too (the URL standard has the same rule)', () => {
  // Few groups are not zero, so that runs of zeros of all lengths meet.
  const group = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(0xffff));
  fc.assert(
    fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
      const address = groups.map((one) => one.toString(16)).join(':');
      expect(`[${canonicalAddress(address, 'IPv6')}]`).toBe(new URL(`http://[${address}]`).hostname);
    }),
    { numRuns: 1_000 },
  );
});
