import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ENDPOINT_LINE_MAX_LENGTH, ENDPOINT_LINE_PATTERN } from '#apis/hub/endpoint-line.ts';
import type { Endpoint } from '#apis/kubernetes/endpoint-slice.ts';
import { decodeEndpoint, encodeEndpoint } from './line.ts';

const pattern = new RegExp(ENDPOINT_LINE_PATTERN);

describe('an endpoint’s line', () => {
  test.each<[string, Endpoint]>([
    [
      '198.18.1.7 RSt hostname=db-0 zone=zone-a',
      {
        addresses: ['198.18.1.7'],
        conditions: { ready: true, serving: true, terminating: false },
        hostname: 'db-0',
        zone: 'zone-a',
      },
    ],
    // https://github.com/submariner-io/lighthouse/issues/754: unset is a statement of its own.
    ['198.18.1.7 ...', { addresses: ['198.18.1.7'], conditions: {} }],
    ['198.18.1.7 r.T', { addresses: ['198.18.1.7'], conditions: { ready: false, terminating: true } }],
    ['198.18.1.7 .s.', { addresses: ['198.18.1.7'], conditions: { serving: false } }],
    ['fd00::1,fd00::2 R..', { addresses: ['fd00::1', 'fd00::2'], conditions: { ready: true } }],
    ['198.18.1.7 R.. zone=', { addresses: ['198.18.1.7'], conditions: { ready: true }, zone: '' }],
    [
      '198.18.1.7 R.. zone=rack%201%3D%C3%A9',
      { addresses: ['198.18.1.7'], conditions: { ready: true }, zone: 'rack 1=é' },
    ],
  ])('%s', (line, endpoint) => {
    expect(encodeEndpoint(endpoint)).toBe(line);
    expect(decodeEndpoint(line)).toEqual(endpoint);
    expect(line).toMatch(pattern);
  });

  test('holds nothing that is nobody else’s business', () => {
    const endpoint: Endpoint = {
      addresses: ['198.18.1.7'],
      nodeName: 'node-1',
      targetRef: { kind: 'Pod', name: 'db-0' },
      hints: { forZones: [{ name: 'zone-a' }] },
      deprecatedTopology: { rack: '1' },
    };
    expect(encodeEndpoint(endpoint)).toBe('198.18.1.7 ...');
  });

  test('may hold keys of a later version, which are ignored', () => {
    expect(decodeEndpoint('198.18.1.7 R.. weight=7 zone=a sessionId=x')).toEqual({
      addresses: ['198.18.1.7'],
      conditions: { ready: true },
      zone: 'a',
    });
    expect(decodeEndpoint('198.18.1.7 R.. constructor=x')).toEqual(decodeEndpoint('198.18.1.7 R..'));
  });

  test.each([
    '',
    '198.18.1.7',
    '198.18.1.7 ',
    '198.18.1.7 RS',
    '198.18.1.7 RSTx',
    '198.18.1.7 SRT',
    '198.18.1.7 RST ',
    '198.18.1.7  RST',
    ' 198.18.1.7 RST',
    '198.18.1.7 RST\n',
    '198.18.1.7 RST\n198.18.1.8 RST',
    '198.18.1.7,198.18.1.8, RST',
    ',198.18.1.7 RST',
    '198.18.1.7, 198.18.1.8 RST',
    'example.com RST',
    'fe80::1%eth0 RST',
    '198.18.1.7 RST zone',
    '198.18.1.7 RST =a',
    '198.18.1.7 RST Zone=a',
    '198.18.1.7 RST zone=a=b',
    '198.18.1.7 RST zone="a"',
    '198.18.1.7 RST zone=é',
    '198.18.1.7 RST zone=%',
    '198.18.1.7 RST zone=%2',
    '198.18.1.7 RST zone=%zz',
    '198.18.1.7 RST zone=%2f',
    '198.18.1.7 RST __proto__=a',
    '198.18.1.7 rst,hostname=a',
  ])('%j is malformed, for the hub and for readers', (line) => {
    expect(decodeEndpoint(line)).toBeUndefined();
    expect(line).not.toMatch(pattern);
  });

  test('is malformed where its percent signs do not spell UTF-8', () => {
    expect(decodeEndpoint('198.18.1.7 RST zone=%FF')).toBeUndefined();
  });

  test('is refused beyond the length that the hub takes', () => {
    const line = (zone: number) => `198.18.1.7 RST zone=${'x'.repeat(zone)}`;
    const longest = ENDPOINT_LINE_MAX_LENGTH - line(0).length;
    expect(decodeEndpoint(line(longest))?.zone).toHaveLength(longest);
    expect(decodeEndpoint(line(longest + 1))).toBeUndefined();
  });
});

/** The fields that travel, with zones of any text. */
const carried: fc.Arbitrary<Endpoint> = fc.record(
  {
    addresses: fc.array(fc.oneof(fc.ipV4(), fc.ipV6()), { minLength: 1, maxLength: 3 }),
    conditions: fc.record(
      { ready: fc.boolean(), serving: fc.boolean(), terminating: fc.boolean() },
      { requiredKeys: [] },
    ),
    hostname: fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/),
    zone: fc.string({ unit: 'grapheme' }),
  },
  { requiredKeys: ['addresses', 'conditions'] },
);

describe('for any endpoint', () => {
  test('the line says all that travels', () => {
    fc.assert(
      fc.property(carried, (endpoint) => {
        expect(decodeEndpoint(encodeEndpoint(endpoint))).toEqual(endpoint);
      }),
      { numRuns: 1_000 },
    );
  });

  test('the hub’s pattern takes the line, even of a zone that is no Unicode', () => {
    fc.assert(
      fc.property(carried, fc.string({ unit: 'binary' }), (endpoint, zone) => {
        expect(encodeEndpoint({ ...endpoint, zone: `${zone}\ud800` })).toMatch(pattern);
      }),
    );
  });
});

test('readers take every line that the hub takes, and write one that they read alike', () => {
  // Values without percent signs: the pattern cannot tell whether those spell UTF-8.
  const lines = fc.stringMatching(new RegExp(ENDPOINT_LINE_PATTERN.replace('|%[0-9A-F]{2}', '')));
  fc.assert(
    fc.property(lines, (line) => {
      const endpoint = decodeEndpoint(line);
      if (endpoint === undefined) throw new Error('not read');
      expect(decodeEndpoint(encodeEndpoint(endpoint))).toEqual(endpoint);
    }),
    { numRuns: 500 },
  );
});
