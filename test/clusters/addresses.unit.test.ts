import { describe, expect, it } from 'vitest';
import { addressesOf, LAST_INDEX, STACKS } from './addresses.ts';
import { apiServiceAddresses, dnsAddresses } from './node/service-addresses.ts';

describe('addressesOf', () => {
  it('gives one range of each kind per family, IPv4 first', () => {
    expect(addressesOf(1, 'ipv4').pods).toEqual(['198.18.1.0/24']);
    expect(addressesOf(1, 'ipv6').services).toEqual(['2001:2:0:1::/112']);
    expect(addressesOf(12, 'dual')).toEqual({
      pods: ['198.18.12.0/24', '2001:2:0:112::/64'],
      services: ['198.18.212.0/24', '2001:2:0:12::/112'],
      node: ['198.19.0.112', '2001:2:0:ffff::112'],
      apiServer: '198.19.0.13',
    });
  });

  it('gives no two clusters the same', () => {
    const all = Array.from({ length: LAST_INDEX + 1 }, (_, index) =>
      STACKS.filter((stack) => stack !== 'dual').flatMap((stack) => {
        const { pods, services, node, apiServer } = addressesOf(index, stack);
        return [...pods, ...services, ...node, apiServer];
      }),
    ).flat();
    expect(new Set(all).size).toBe(all.length);
  });

  it('knows how many there are', () => {
    expect(() => addressesOf(LAST_INDEX + 1, 'ipv4')).toThrow('cluster index 56: expected 0 to 55');
  });
});

describe('the Services that every cluster has', () => {
  it.each<[string, string, string]>([
    ['198.18.201.0/24', '198.18.201.1', '198.18.201.10'],
    ['2001:2:0:1::/112', '2001:2:0:1::1', '2001:2:0:1::a'],
  ])('have the addresses in %s that installers give them', (range, kubernetes, dns) => {
    expect(apiServiceAddresses([range])).toEqual([kubernetes]);
    expect(dnsAddresses([range])).toEqual([dns]);
  });
});
