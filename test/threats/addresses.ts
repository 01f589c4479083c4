/** One address that a member writes for an endpoint of its own, and what becomes of it in others. */
export interface TriedAddress {
  address: string;
  family: 'IPv4' | 'IPv6';
  verdict: 'shown' | 'left out' | 'refused by the hub';
}

const of = (family: TriedAddress['family'], verdict: TriedAddress['verdict'], ...addresses: string[]) =>
  addresses.map((address): TriedAddress => ({ address, family, verdict }));

/**
 * Forty ways to lead a client elsewhere than to a pod, and some honest ones. The hub refuses what no address is made of;
 * everything else is the reader's to judge.
 */
export const ADDRESSES: readonly TriedAddress[] = [
  ...of('IPv4', 'shown', '198.18.6.6', '10.0.0.7', '172.16.3.4', '192.168.1.1', '203.0.113.9'),
  ...of('IPv4', 'left out', '127.0.0.1', '127.255.255.254', '0.0.0.0', '255.255.255.255'),
  ...of('IPv4', 'left out', '169.254.1.1', '169.254.169.254', '169.254.170.2', '100.100.100.200'),
  ...of('IPv4', 'left out', '168.63.129.16', '192.0.0.192', '224.0.0.1', '239.255.255.250'),
  ...of('IPv4', 'left out', '127.1', '0177.0.0.1', '2130706433', '1.2.3.4.5', '999.1.1.1', '::1'),
  ...of('IPv4', 'refused by the hub', '0x7f000001', 'localhost', '127.0.0.1%lo', '10.0.0.1/8'),
  ...of('IPv6', 'shown', '2001:db8::6', 'fd12:3456::1'),
  ...of('IPv6', 'left out', '::1', '::', 'fe80::1', 'ff02::1', 'fd00:ec2::254', 'fd20:ce::254'),
  ...of('IPv6', 'left out', '::ffff:127.0.0.1', '::ffff:7f00:1', '::127.0.0.1', '64:ff9b::7f00:1'),
  ...of('IPv6', 'left out', '2002:7f00:1::', '2001:DB8::7', '2001:db8:0:0:0:0:0:8', '198.18.6.6'),
  ...of('IPv6', 'refused by the hub', 'fe80::1%eth0', '[::1]'),
];
