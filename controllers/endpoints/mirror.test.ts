import { describe, expect, test } from 'vitest';
import type { IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import type { Endpoint, IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import type { ImportPort } from '#apis/multicluster/service-import.ts';
import { pod, pods, slice } from '#test/driver/builders.ts';
import { describeDropped } from './admitted.ts';
import { encodeEndpoint } from './line.ts';
import { type MirrorInput, toImportedSlice } from './mirror.ts';
import { sliceHash } from './names.ts';
import { projectRecord } from './record-view.ts';
import { projectSlice, type RecordView, type SourceSliceView } from './views.ts';

const PORTS: ImportPort[] = [{ name: 'tcp', protocol: 'TCP', port: 5432 }];

function record(endpoints: Endpoint[], change: Partial<IExportedEndpointSlice['spec']> = {}): RecordView {
  const spec: IExportedEndpointSlice['spec'] = {
    addressType: 'IPv4',
    ports: [{ name: 'tcp', protocol: 'TCP', port: 15_432 }],
    source: { uid: 'slice-uid', generation: 4 },
    endpoints: endpoints.map(encodeEndpoint),
    asserted: { uid: 'cluster-uid', sequence: 9 },
    ...change,
  };
  const labels = { [`${'evil'}.example.com/x`]: 'y', 'kubernetes.io/service-name': 'kubernetes' };
  return projectRecord({ metadata: { name: 'prod.db.x', labels, annotations: { evil: 'x' } }, spec });
}

function local(endpoints: Endpoint[], change: Partial<IEndpointSlice> = {}): SourceSliceView {
  const view = projectSlice({ ...slice('prod', 'db', 'x7k2q', endpoints), ...change });
  if (view.view !== 'source') throw new Error('not a source');
  return view;
}

function input(change: Partial<MirrorInput> = {}): MirrorInput {
  return {
    cluster: 'zzzc',
    namespace: 'prod',
    service: 'db',
    sliceHash: sliceHash('db-x7k2q'),
    source: record(pods(2)),
    importSpec: { type: 'Headless', ports: PORTS, ipFamilies: ['IPv4'] },
    exporterPorts: PORTS,
    owner: { name: 'db', uid: 'import-uid' },
    derivedService: undefined,
    asserted: { uid: 'cluster-uid', sequence: 9 },
    ...change,
  };
}

function mirrored(change: Partial<MirrorInput> = {}): IEndpointSlice & { dropped: string } {
  const result = toImportedSlice(input(change));
  if (!('slice' in result)) throw new Error(JSON.stringify(result));
  return { ...result.slice, dropped: describeDropped(result.dropped) };
}

const headless: MirrorInput['importSpec'] = { type: 'Headless', ports: PORTS, ipFamilies: ['IPv4'] };
const clusterSetIP: MirrorInput['importSpec'] = { ...headless, type: 'ClusterSetIP' };

test('the whole of an imported slice: nothing of the record’s metadata comes through', () => {
  expect(
    toImportedSlice(input({ source: record([pod('db-0', '198.18.10.0', { zone: 'zone-a' })]) })),
  ).toStrictEqual({
    slice: {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: 'db-zzzc-c1sk2oshl2the617',
        namespace: 'prod',
        labels: {
          'multicluster.kubernetes.io/service-name': 'db',
          'multicluster.kubernetes.io/source-cluster': 'zzzc',
          'endpointslice.kubernetes.io/managed-by': 'member.tombolo.dev',
          'tombolo.dev/source-slice': 'aao0ut6gl00i7',
          'kubernetes.io/service-name': 'derived-iriqaii1u1.none',
          'service.kubernetes.io/headless': '',
        },
        annotations: { 'tombolo.dev/source': 'slice-uid/4', 'tombolo.dev/asserted': 'cluster-uid/9' },
        ownerReferences: [
          {
            apiVersion: 'multicluster.x-k8s.io/v1beta1',
            kind: 'ServiceImport',
            name: 'db',
            uid: 'import-uid',
            controller: true,
            blockOwnerDeletion: false,
          },
        ],
      },
      addressType: 'IPv4',
      endpoints: [
        {
          addresses: ['198.18.10.0'],
          conditions: { ready: true, serving: true, terminating: false },
          hostname: 'db-0',
          zone: 'zone-a',
        },
      ],
      ports: [{ name: 'tcp', protocol: 'TCP', port: 15_432 }],
    },
    dropped: [],
  });
});

describe('the label that ties a slice to a Service for kube-proxy', () => {
  function label(change: Partial<MirrorInput>): string | undefined {
    return mirrored(change).metadata.labels?.['kubernetes.io/service-name'];
  }

  test('names the derived Service, of an import of either type', () => {
    for (const importSpec of [clusterSetIP, headless]) {
      expect(label({ importSpec, derivedService: 'derived-iriqaii1u1' })).toBe('derived-iriqaii1u1');
    }
  });

  test('names what can be no Service where there is none: CoreDNS makes reverse names of it', () => {
    for (const importSpec of [clusterSetIP, headless]) {
      expect(label({ importSpec })).toMatch(/^derived-[0-9a-v]{10}\.none$/);
    }
  });

  test('comes without the headless label for ClusterSetIP: kube-proxy skips slices that have it', () => {
    expect(mirrored({ importSpec: clusterSetIP }).metadata.labels).not.toHaveProperty(
      'service.kubernetes.io/headless',
    );
  });
});

describe('endpoints of another member', () => {
  test('keep all three conditions, unset included (https://github.com/submariner-io/lighthouse/issues/754)', () => {
    const conditions = [
      {},
      { ready: false },
      { ready: true, serving: false, terminating: true },
      { terminating: false },
    ];
    const endpoints = conditions.map((one, at) => ({ addresses: [`198.18.10.${at}`], conditions: one }));
    expect(mirrored({ source: record(endpoints) }).endpoints).toEqual(endpoints);
  });

  test('have no nodeName and no targetRef, whoever sends them (a remote node may have a local one’s name)', () => {
    const line = '198.18.10.0 RSt nodeName=node-1 targetRef=x zone=zone-a';
    expect(mirrored({ source: record([], { endpoints: [line] }) }).endpoints).toEqual([
      {
        addresses: ['198.18.10.0'],
        conditions: { ready: true, serving: true, terminating: false },
        zone: 'zone-a',
      },
    ]);
  });

  test('are dropped one by one where they may not be used, and the rest stays', () => {
    const lines = [
      '127.0.0.1 R..',
      '198.18.10.1 R..',
      'fd00::1 R..',
      'nonsense',
      '198.18.10.2 R.. hostname=A',
      '169.254.169.254 R..',
    ];
    const { endpoints, dropped } = mirrored({ source: record([], { endpoints: lines }) });
    expect(endpoints?.map(({ addresses }) => addresses)).toEqual([['198.18.10.1']]);
    expect(dropped).toBe(
      '127.0.0.1 is a loopback address; fd00::1 is not an IPv4 address; "nonsense" is not an endpoint line; and 2 more',
    );
  });

  test('must lie in the member’s address ranges, where it has some', () => {
    const { endpoints, dropped } = mirrored({ source: record(pods(2)), addressRanges: ['198.18.10.1/32'] });
    expect(endpoints?.map(({ addresses }) => addresses)).toEqual([['198.18.10.1']]);
    expect(dropped).toBe('198.18.10.0 is outside the address ranges of its member');
  });

  test('are at most 1,000, as the API server takes: one too many would cost all of them', () => {
    const { endpoints, dropped } = mirrored({ source: record(pods(1001)) });
    expect(endpoints).toHaveLength(1000);
    expect(dropped).toBe('1 of 1001 endpoints did not fit (the limit is 1000)');
  });

  test('have at most 100 addresses each', () => {
    const line = (count: number) =>
      `${Array.from({ length: count }, (_, at) => `198.18.10.${at}`).join()} R..`;
    const { endpoints, dropped } = mirrored({ source: record([], { endpoints: [line(100), line(101)] }) });
    expect(endpoints?.map(({ addresses }) => addresses.length)).toEqual([100]);
    expect(dropped).toBe('198.18.10.0 has more than 100 addresses');
  });

  test('may all be dropped: an empty slice stays, as it is no statement of absence', () => {
    expect(mirrored({ source: record([], { endpoints: ['nonsense'] }) }).endpoints).toEqual([]);
    expect(mirrored({ source: record([]) }).endpoints).toEqual([]);
  });
});

describe('a slice that is withheld', () => {
  test.each([
    ['of another member', record([...pods(2), { addresses: ['127.0.0.1'] }])],
    ['of this cluster', local(pods(2))],
  ])('%s has its ports and no endpoint, of which none counts as dropped', (_, source) => {
    const { endpoints, ports, dropped } = mirrored({ source, withheld: true });
    expect(endpoints).toEqual([]);
    expect(ports).toHaveLength(1);
    expect(dropped).toBe('');
  });
});

test('a line that is none is shown by its beginning', () => {
  const line = `"${'x'.repeat(99)}`;
  expect(mirrored({ source: record([], { endpoints: [line] }) }).dropped).toBe(
    `"\\"${'x'.repeat(59)}" is not an endpoint line`,
  );
});

describe('endpoints of this cluster', () => {
  const own = pod('db-0', '198.18.10.0', {
    nodeName: 'node-1',
    targetRef: { kind: 'Pod', namespace: 'prod', name: 'db-0', uid: 'pod-uid' },
    hints: { forZones: [{ name: 'elsewhere' }] },
  });

  test('keep nodeName and targetRef, but not the hints of the source', () => {
    const { hints: _, ...kept } = own;
    expect(mirrored({ source: local([own]) }).endpoints).toEqual([kept]);
  });

  test('are marked with the source slice’s own UID and generation', () => {
    const metadata = { name: 'db-x7k2q', namespace: 'prod', uid: 'local-uid', generation: 7 };
    const { annotations } = mirrored({ source: local([own], { metadata }) }).metadata;
    expect(annotations?.['tombolo.dev/source']).toBe('local-uid/7');
  });

  test('are marked as of no UID and generation 0 where it has none, and as vouched for by nobody', () => {
    const { asserted: _, ...unasserted } = input({
      source: local([own], { metadata: { name: 'x', namespace: 'prod' } }),
    });
    const result = toImportedSlice(unasserted);
    expect('slice' in result && result.slice.metadata.annotations).toEqual({ 'tombolo.dev/source': '/0' });
  });

  test('have no field that they do not have', () => {
    const bare = { addresses: ['198.18.10.0'] };
    expect(mirrored({ source: local([bare]) }).endpoints).toStrictEqual([{ ...bare, conditions: {} }]);
  });

  test('are in the form in which others see them', () => {
    const { endpoints } = mirrored({
      source: local([{ addresses: ['FD00::1'] }], { addressType: 'IPv6' }),
      importSpec: { ...headless, ipFamilies: ['IPv6'] },
    });
    expect(endpoints).toEqual([{ addresses: ['fd00::1'], conditions: {} }]);
  });

  test('are not imported from a slice that was imported itself', () => {
    const labels = { 'multicluster.kubernetes.io/source-cluster': 'shbt' };
    const source = local([own], { metadata: { name: 'x', namespace: 'prod', labels } });
    expect(toImportedSlice(input({ source }))).toEqual({ skip: 'it was imported from a cluster set' });
  });

  test('prefer their node where the import says so, and remote ones only their zone', () => {
    const importSpec = { ...headless, trafficDistribution: 'PreferSameNode' };
    const zoned = { ...own, zone: 'zone-a' };
    const zone = { forZones: [{ name: 'zone-a' }] };
    expect(mirrored({ importSpec, source: local([zoned]) }).endpoints?.[0]?.hints).toEqual({
      ...zone,
      forNodes: [{ name: 'node-1' }],
    });
    expect(mirrored({ importSpec, source: record([zoned]) }).endpoints?.[0]?.hints).toEqual(zone);
  });
});

test('an endpoint without a zone has no hint, and no other slice is rewritten for it', () => {
  const importSpec = { ...headless, trafficDistribution: 'PreferClose' };
  const source = record([pod('db-0', '198.18.10.0', { zone: 'zone-a' }), pod('db-1', '198.18.10.1')]);
  expect(mirrored({ importSpec, source }).endpoints?.map(({ hints }) => hints)).toEqual([
    { forZones: [{ name: 'zone-a' }] },
    undefined,
  ]);
});

describe('there must be no slice', () => {
  function skip(change: Partial<MirrorInput>): string | undefined {
    const result = toImportedSlice(input(change));
    return 'skip' in result ? result.skip : undefined;
  }

  test('of a family that the import does not have', () => {
    expect(skip({ importSpec: { ...headless, ipFamilies: ['IPv6'] } })).toBe('the import has no family IPv4');
  });

  test('but of any family where the import states none', () => {
    expect(skip({ importSpec: { ...headless, ipFamilies: [] } })).toBeUndefined();
    expect(skip({ importSpec: { type: 'Headless', ports: PORTS } })).toBeUndefined();
  });

  test('of host names', () => {
    const source = local([{ addresses: ['db.example.com'] }], { addressType: 'FQDN' });
    expect(skip({ source })).toBe('its address type is FQDN');
  });

  test('where none of its ports is left (https://github.com/cilium/cilium/pull/43251)', () => {
    const exporterPorts = [{ name: 'tcp', protocol: 'TCP', port: 5433 }];
    expect(skip({ exporterPorts })).toBe('none of its ports is part of the import');
    expect(skip({ exporterPorts, importSpec: clusterSetIP })).toBe('none of its ports is part of the import');
  });

  test('but one without ports for a headless import: names need no port', () => {
    const source = record(pods(1), { ports: [] });
    expect(mirrored({ source, exporterPorts: [], importSpec: { ...headless, ports: [] } }).ports).toEqual([]);
    expect(mirrored({ source }).ports).toEqual([]);
    expect(skip({ source, importSpec: clusterSetIP })).toBe('none of its ports is part of the import');
  });
});

describe('nothing can be said, and an existing slice is left alone,', () => {
  test('where the record is malformed', () => {
    const source = record(pods(1), { endpoints: JSON.parse('{}') });
    expect(toImportedSlice(input({ source }))).toEqual({
      invalid: 'spec.endpoints is not a list of strings',
    });
  });

  test('where the record’s name does not end in a hash', () => {
    expect(toImportedSlice(input({ sliceHash: 'x'.repeat(200) }))).toEqual({
      invalid: 'its name does not end in the hash of a slice',
    });
  });
});

test('the same input gives the same slice', () => {
  expect(JSON.stringify(toImportedSlice(input()))).toBe(JSON.stringify(toImportedSlice(input())));
});
