import { describe, expect, test } from 'vitest';
import { ENDPOINT_LINE_MAX_LENGTH } from '#apis/hub/endpoint-line.ts';
import type { IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import type { Endpoint, IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { MANAGED_BY, SLICE_MANAGED_BY_LABEL, SOURCE_CLUSTER_LABEL } from '#apis/labels.ts';
import { endpoint, pod, pods, slice } from '#test/driver/builders.ts';
import { describeDropped } from './admitted.ts';
import { isExportable, type RecordSpec, sameRecord, toRecordSpec } from './record.ts';
import { projectRecord } from './record-view.ts';
import { projectSlice, type SourceSliceView } from './views.ts';

function source(endpoints: Endpoint[], change: Partial<IEndpointSlice> = {}): SourceSliceView {
  const written = slice('prod', 'db', 'x7k2q', endpoints);
  Object.assign(written.metadata, { uid: 'slice-uid', generation: 4 });
  const view = projectSlice({ ...written, ...change });
  if (view.view !== 'source') throw new Error('not a source');
  return view;
}

function published(view: SourceSliceView): { spec: RecordSpec; dropped: string } {
  const result = toRecordSpec(view);
  if ('skip' in result) throw new Error(result.skip);
  return { spec: result.spec, dropped: describeDropped(result.dropped) };
}

function skipped(view: SourceSliceView): string | undefined {
  const result = toRecordSpec(view);
  return 'skip' in result ? result.skip : undefined;
}

describe('a local slice is published', () => {
  test('as one line an endpoint, in its order, without what means nothing elsewhere', () => {
    const view = source([
      pod('db-0', '198.18.10.1', {
        nodeName: 'node-1',
        zone: 'zone-a',
        targetRef: { kind: 'Pod', name: 'db-0' },
      }),
      { addresses: ['198.18.10.2'], conditions: { ready: false, serving: true, terminating: true } },
      { addresses: ['198.18.10.3'], conditions: {}, hints: { forZones: [{ name: 'zone-a' }] } },
    ]);
    expect(published(view)).toEqual({
      spec: {
        addressType: 'IPv4',
        ports: [{ name: 'tcp', protocol: 'TCP', port: 5432 }],
        source: { uid: 'slice-uid', generation: 4 },
        endpoints: ['198.18.10.1 RSt hostname=db-0 zone=zone-a', '198.18.10.2 rST', '198.18.10.3 ...'],
      },
      dropped: '',
    });
  });

  test('without endpoints and without ports too: both are normal states', () => {
    const { spec } = published(source([], { ports: null }));
    expect(spec).toMatchObject({ endpoints: [], ports: [] });
  });

  test('with several addresses of one endpoint in one line', () => {
    const { spec } = published(source([{ addresses: ['198.18.10.1', '198.18.10.2'] }]));
    expect(spec.endpoints).toEqual(['198.18.10.1,198.18.10.2 ...']);
  });

  test('with hand-written IPv6 in canonical form, since readers take no other', () => {
    const { spec, dropped } = published(
      source([endpoint('FD00:0:0::1'), endpoint('fd00::2')], { addressType: 'IPv6' }),
    );
    expect(spec.endpoints).toEqual(['fd00::1 RSt', 'fd00::2 RSt']);
    expect(dropped).toBe('');
  });

  test('without the endpoints that every importer would refuse, which are named', () => {
    const { spec, dropped } = published(
      source([
        endpoint('127.0.0.1'),
        endpoint('198.18.10.1'),
        endpoint('010.0.0.1'),
        pod('Not_A_Label', '198.18.10.2'),
        { addresses: ['198.18.10.3', '169.254.0.1'] },
        { addresses: [] },
      ]),
    );
    expect(spec.endpoints).toEqual(['198.18.10.1 RSt']);
    expect(dropped).toBe(
      '127.0.0.1 is a loopback address; 010.0.0.1 is not an IP address; ' +
        '198.18.10.2 has a hostname that is not a DNS label; and 2 more',
    );
  });

  test('without an endpoint of more addresses than the API server takes, or of none', () => {
    const addresses = Array.from({ length: 101 }, (_, n) => `198.18.10.${n + 1}`);
    const none = JSON.parse('{}');
    const { spec, dropped } = published(source([{ addresses }, { addresses: addresses.slice(1) }, none]));
    expect(spec.endpoints).toEqual([`${addresses.slice(1).join(',')} ...`]);
    expect(dropped).toBe('198.18.10.1 has more than 100 addresses;  has no address');
  });

  test('with a hostname that is one, in any form of it', () => {
    const names = ['x', '9', 'a-b', 'x'.repeat(63), '', '-x', 'x-', 'x_', 'x.y', 'x'.repeat(64)];
    const { spec } = published(source(names.map((name) => pod(name, '198.18.10.1'))));
    expect(spec.endpoints.map((line) => line.split('=')[1])).toEqual(names.slice(0, 4));
  });

  test('without hand-written IPv6 that stays wrong in canonical form, which the reason shows', () => {
    const dropped = published(
      source([endpoint('FE80:0::1'), pod('Not_A_Label', 'FD00:0::1')], { addressType: 'IPv6' }),
    ).dropped;
    expect(dropped).toBe('fe80::1 is a link-local address; fd00::1 has a hostname that is not a DNS label');
  });

  test('and what is left out is told in one line: three of them, of each the beginning', () => {
    const dropped = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ address: `${n}${'x'.repeat(99)}`, why: 'is odd' }));
    const shown = [0, 1, 2].map((n) => `${n}${'x'.repeat(63)} is odd`).join('; ');
    expect(describeDropped(dropped(3))).toBe(shown);
    expect(describeDropped(dropped(5))).toBe(`${shown}; and 2 more`);
  });

  test('with at most 1,000 endpoints, as the hub takes, and says how many are left out', () => {
    const { spec, dropped } = published(source(pods(1001)));
    expect(spec.endpoints).toHaveLength(1000);
    expect(dropped).toBe('1 of 1001 endpoints did not fit (the limit is 1000)');
    expect(published(source(pods(1000))).dropped).toBe('');
  });

  test('without an endpoint that would not fit in a line', () => {
    const { spec, dropped } = published(source([endpoint('198.18.10.1', { zone: 'é'.repeat(2000) })]));
    expect(spec.endpoints).toEqual([]);
    expect(dropped).toBe('198.18.10.1 has more than fits in one line');
    const room = ENDPOINT_LINE_MAX_LENGTH - '198.18.10.1 RSt zone='.length;
    const fits = published(source([endpoint('198.18.10.1', { zone: 'x'.repeat(room) })]));
    expect(fits.spec.endpoints.map(({ length }) => length)).toEqual([ENDPOINT_LINE_MAX_LENGTH]);
  });

  test('with the defaults of ports that its writer left open, and no more than a record can hold', () => {
    const written = [{}, { name: null, protocol: null, port: null, appProtocol: null }];
    const { spec } = published(source([], { ports: JSON.parse(JSON.stringify(written)) }));
    expect(spec.ports).toStrictEqual([
      { name: '', protocol: 'TCP' },
      { name: '', protocol: 'TCP' },
    ]);
    const whole = { name: 'web', protocol: 'UDP', port: 80, appProtocol: 'h2c' };
    expect(published(source([], { ports: [{ ...whole, ...{ novel: 1 } }] })).spec.ports).toStrictEqual([
      whole,
    ]);
  });

  test('of a server that gave it neither UID nor generation, or no labels', () => {
    const metadata = { name: 'x', namespace: 'prod' };
    expect(published(source([], { metadata })).spec.source).toEqual({ uid: '', generation: 0 });
  });
});

describe('a local slice is not published', () => {
  test('where it holds host names', () => {
    expect(skipped(source([endpoint('db.example.com')], { addressType: 'FQDN' }))).toBe(
      'its address type FQDN has no place in a cluster set',
    );
  });

  test.each<[string, Record<string, string>]>([
    ['it came from another cluster', { [SOURCE_CLUSTER_LABEL]: 'shbt' }],
    ['its source cluster is empty', { [SOURCE_CLUSTER_LABEL]: '' }],
  ])('where %s: addresses would double (https://github.com/karmada-io/karmada/pull/6522)', (_, labels) => {
    const view = source(pods(1), { metadata: { name: 'x', namespace: 'prod', labels } });
    expect(isExportable(view)).toBe(false);
    expect(skipped(view)).toBe('it was imported from a cluster set');
  });

  test('where we made it', () => {
    const labels = { [SLICE_MANAGED_BY_LABEL]: MANAGED_BY };
    expect(isExportable(projectSlice(slice('prod', 'db', 'x', pods(1))))).toBe(true);
    expect(
      isExportable(projectSlice({ ...slice('prod', 'db', 'x', pods(1)), metadata: { name: 'x', labels } })),
    ).toBe(false);
  });
});

describe('a record on the hub needs a write', () => {
  const { spec } = published(source(pods(3)));
  function onHub(change: Partial<IExportedEndpointSlice['spec']> = {}) {
    const asserted = { uid: 'cluster', sequence: 1 };
    return projectRecord({
      metadata: { name: 'prod.db.aao0ut6gl00i7' },
      spec: { ...spec, asserted, ...change },
    });
  }

  test('not where it says the same, whatever it was asserted by', () => {
    expect(sameRecord(onHub(), spec)).toBe(true);
    expect(sameRecord(onHub({ asserted: { uid: 'other', sequence: 7 } }), spec)).toBe(true);
  });

  test.each<[string, Partial<IExportedEndpointSlice['spec']>]>([
    ['endpoints', { endpoints: spec.endpoints.slice(1) }],
    ['one condition', { endpoints: spec.endpoints.map((line) => line.replace('RSt', 'rSt')) }],
    ['order', { endpoints: spec.endpoints.toReversed() }],
    ['generation', { source: { uid: 'slice-uid', generation: 3 } }],
    ['source', { source: { uid: 'another', generation: 4 } }],
    ['address type', { addressType: 'IPv6' }],
    ['port number', { ports: [{ name: 'tcp', protocol: 'TCP', port: 1 }] }],
    ['port name', { ports: [{ name: 'udp', protocol: 'TCP', port: 5432 }] }],
    ['protocol', { ports: [{ name: 'tcp', protocol: 'UDP', port: 5432 }] }],
    ['appProtocol', { ports: [{ name: 'tcp', protocol: 'TCP', port: 5432, appProtocol: 'x' }] }],
    ['ports', { ports: [] }],
    ['number of ports', { ports: [...spec.ports, { name: 'x', protocol: 'TCP', port: 1 }] }],
    ['shape', { endpoints: JSON.parse('[7]') }],
  ])('where it differs in %s', (_, change) => {
    expect(sameRecord(onHub(change), spec)).toBe(false);
  });

  test('where it is malformed, whatever is desired', () => {
    const malformed = onHub({ endpoints: JSON.parse('[7]') });
    expect(sameRecord(malformed, { ...malformed.spec, ports: [], endpoints: [] })).toBe(false);
  });
});
