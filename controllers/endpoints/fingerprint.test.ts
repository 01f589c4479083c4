import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Endpoint, IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { fingerprint } from './fingerprint.ts';

type Content = Pick<IEndpointSlice, 'addressType' | 'endpoints' | 'ports'>;

const endpoint: Endpoint = {
  addresses: ['198.18.1.7'],
  conditions: { ready: true },
  hostname: 'db-0',
  nodeName: 'node-1',
  targetRef: { kind: 'Pod', namespace: 'prod', name: 'db-0', uid: 'u' },
  zone: 'zone-a',
  hints: { forZones: [{ name: 'zone-a' }] },
};
const slice: Content = {
  addressType: 'IPv4',
  endpoints: [endpoint],
  ports: [{ name: 'pg', protocol: 'TCP', port: 5432, appProtocol: 'postgresql' }],
};

function withEndpoint(change: Partial<Record<keyof Endpoint, unknown>>): Content {
  return { ...slice, endpoints: [{ ...endpoint, ...change } as Endpoint] };
}

/** Drift that went unseen: https://github.com/aws/aws-cloud-map-mcs-controller-for-k8s/issues/327 compared IPs only. */
describe('a fingerprint differs for', () => {
  test.each<[string, Content]>([
    ['another address type', { ...slice, addressType: 'IPv6' }],
    ['no endpoints', { ...slice, endpoints: [] }],
    ['one more endpoint', { ...slice, endpoints: [endpoint, endpoint] }],
    ['another address', withEndpoint({ addresses: ['198.18.1.8'] })],
    ['one more address', withEndpoint({ addresses: ['198.18.1.7', '198.18.1.8'] })],
    ['not ready', withEndpoint({ conditions: { ready: false } })],
    ['unset instead of ready', withEndpoint({ conditions: {} })],
    ['serving too', withEndpoint({ conditions: { ready: true, serving: true } })],
    ['serving unset instead of false', withEndpoint({ conditions: { ready: true, serving: false } })],
    ['terminating', withEndpoint({ conditions: { ready: true, terminating: true } })],
    ['another hostname', withEndpoint({ hostname: 'db-1' })],
    ['no hostname', withEndpoint({ hostname: undefined })],
    ['another zone', withEndpoint({ zone: 'zone-b' })],
    ['zone and hostname swapped', withEndpoint({ zone: 'db-0', hostname: 'zone-a' })],
    ['another node', withEndpoint({ nodeName: undefined })],
    [
      'another target',
      withEndpoint({ targetRef: { kind: 'Pod', namespace: 'prod', name: 'db-0', uid: 'v' } }),
    ],
    ['no target', withEndpoint({ targetRef: undefined })],
    ['no hints', withEndpoint({ hints: undefined })],
    ['other hints', withEndpoint({ hints: { forZones: [{ name: 'zone-b' }] } })],
    ['hints for nodes', withEndpoint({ hints: { forNodes: [{ name: 'zone-a' }] } })],
    ['topology that somebody added', withEndpoint({ deprecatedTopology: { rack: '1' } })],
    ['no ports', { ...slice, ports: [] }],
    [
      'another port name',
      { ...slice, ports: [{ name: 'web', protocol: 'TCP', port: 5432, appProtocol: 'postgresql' }] },
    ],
    [
      'another port number',
      { ...slice, ports: [{ name: 'pg', protocol: 'TCP', port: 5433, appProtocol: 'postgresql' }] },
    ],
    [
      'another protocol',
      { ...slice, ports: [{ name: 'pg', protocol: 'UDP', port: 5432, appProtocol: 'postgresql' }] },
    ],
    ['no appProtocol', { ...slice, ports: [{ name: 'pg', protocol: 'TCP', port: 5432 }] }],
  ])('%s', (_, other) => {
    expect(fingerprint(other)).not.toBe(fingerprint(slice));
  });
});

describe('of an endpoint that has only one of them, a fingerprint differs for', () => {
  const bare: Endpoint = { addresses: ['198.18.1.7'] };
  const of = (change: Partial<Endpoint>) => fingerprint({ ...slice, endpoints: [{ ...bare, ...change }] });
  const target = { kind: 'Pod', namespace: 'prod', name: 'db-0', uid: 'u' };

  test.each<[string, Partial<Endpoint>, Partial<Endpoint>]>([
    ['a target', { targetRef: target }, {}],
    ['the target’s kind', { targetRef: target }, { targetRef: { ...target, kind: 'Node' } }],
    ['the target’s namespace', { targetRef: target }, { targetRef: { ...target, namespace: 'x' } }],
    ['the target’s name', { targetRef: target }, { targetRef: { ...target, name: 'x' } }],
    ['hints for zones', { hints: { forZones: [{ name: 'a' }] } }, {}],
    ['hints for nodes', { hints: { forNodes: [{ name: 'a' }] } }, {}],
    ['the node', { hints: { forNodes: [{ name: 'a' }] } }, { hints: { forNodes: [{ name: 'b' }] } }],
    ['topology', { deprecatedTopology: { rack: '1' } }, {}],
  ])('%s', (_, one, other) => {
    expect(of(one)).not.toBe(of(other));
  });
});

describe('a fingerprint is the same for', () => {
  test('what the API server fills in', () => {
    const sent: Content = {
      addressType: 'IPv4',
      endpoints: [{ addresses: ['198.18.1.7'] }],
      ports: [{ port: 1 }],
    };
    const stored: Content = {
      addressType: 'IPv4',
      endpoints: [{ addresses: ['198.18.1.7'], conditions: {} }],
      ports: [{ name: '', protocol: 'TCP', port: 1 }],
    };
    expect(fingerprint(sent)).toBe(fingerprint(stored));
  });

  test('null and missing lists', () => {
    const empty = fingerprint({ addressType: 'IPv4', endpoints: [], ports: [] });
    expect(fingerprint({ addressType: 'IPv4', endpoints: null, ports: null })).toBe(empty);
    expect(fingerprint({ addressType: 'IPv4', endpoints: null })).toBe(empty);
  });

  test('keys in any order', () => {
    const reversed = (value: object) => Object.fromEntries(Object.entries(value).reverse());
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), (ofEndpoint, ofPorts) => {
        const endpoints = ofEndpoint ? [reversed(endpoint) as unknown as Endpoint] : slice.endpoints;
        const ports = ofPorts ? (slice.ports ?? []).map(reversed) : slice.ports;
        expect(fingerprint({ ports: ports ?? null, endpoints, addressType: 'IPv4' })).toBe(
          fingerprint(slice),
        );
      }),
    );
  });
});
