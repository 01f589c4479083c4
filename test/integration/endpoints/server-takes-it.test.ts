import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportedSliceName, type IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import type { Endpoint, IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import type { IService } from '#apis/kubernetes/service.ts';
import { resolve } from '#controllers/conflict/resolve.ts';
import { mergeForUpdate, needsUpdate } from '#controllers/endpoints/compare.ts';
import { encodeEndpoint } from '#controllers/endpoints/line.ts';
import { type MirrorInput, toImportedSlice } from '#controllers/endpoints/mirror.ts';
import { derivedServiceName, sliceHash } from '#controllers/endpoints/names.ts';
import { sameRecord, toRecordSpec } from '#controllers/endpoints/record.ts';
import { projectRecord } from '#controllers/endpoints/record-view.ts';
import { projectSlice } from '#controllers/endpoints/views.ts';
import { exporters, modes } from '#test/builders/exporters.ts';
import type { AdminClient } from '#test/clusters/admin.ts';
import { type SingleCluster, startCluster } from '#test/clusters/start.ts';
import { pods } from '#test/driver/builders.ts';
import { HUB_CRDS } from '../kinds/crd-files.ts';

/**
 * The pure folders promise objects that an API server takes, and that come back as they were sent. The server
 * is the judge here; all else of those folders is tested beside their sources.
 */

const LONGEST = 'x'.repeat(63);
let running: SingleCluster | undefined;

beforeAll(async () => {
  running = await startCluster({ name: 'endpoints', crds: [HUB_CRDS] });
  for (const name of ['prod', LONGEST, 'member-zzzc']) {
    await admin().call('POST', '/api/v1/namespaces', { metadata: { name } });
  }
});
afterAll(() => running?.stop());

function admin(): AdminClient {
  if (running === undefined) throw new Error('the cluster did not start');
  return running.cluster.admin;
}

/** What travels of an endpoint, hostile and odd values among it. */
const endpoint: fc.Arbitrary<Endpoint> = fc.record(
  {
    addresses: fc.array(fc.oneof(fc.ipV4(), fc.constantFrom('127.0.0.1', '198.18.1.7', '010.1.1.1')), {
      minLength: 1,
      maxLength: 3,
    }),
    conditions: fc.record(
      { ready: fc.boolean(), serving: fc.boolean(), terminating: fc.boolean() },
      { requiredKeys: [] },
    ),
    hostname: fc.constantFrom('db-0', LONGEST, 'Not_A_Label', ''),
    zone: fc.oneof(fc.constantFrom('zone-a', LONGEST, 'x'.repeat(64)), fc.string({ unit: 'grapheme' })),
  },
  { requiredKeys: ['addresses', 'conditions'] },
);

const APPLY = 'application/apply-patch+yaml';

const PORTS = [{ name: LONGEST, protocol: 'TCP', port: 5432, appProtocol: 'kubernetes.io/h2c' }];

function imported(endpoints: Endpoint[], change: Partial<MirrorInput> = {}): IEndpointSlice {
  const result = toImportedSlice({
    cluster: 'c'.repeat(55),
    namespace: LONGEST,
    service: LONGEST,
    sliceHash: sliceHash('a'),
    source: projectRecord({
      metadata: { name: 'r' },
      spec: {
        addressType: 'IPv4',
        ports: PORTS.map((port) => ({ ...port, port: 65_535 })),
        source: { uid: 'slice-uid', generation: 4 },
        endpoints: endpoints.map(encodeEndpoint),
        asserted: { uid: 'cluster-uid', sequence: 9 },
      },
    }),
    importSpec: {
      type: 'ClusterSetIP',
      ports: PORTS,
      ipFamilies: ['IPv4'],
      trafficDistribution: 'PreferClose',
    },
    exporterPorts: PORTS,
    owner: { name: LONGEST, uid: 'import-uid' },
    derivedService: derivedServiceName(LONGEST, LONGEST),
    asserted: { uid: 'cluster-uid', sequence: 9 },
    ...change,
  });
  if (!('slice' in result)) throw new Error(JSON.stringify(result));
  return result.slice;
}

function slicesPath(namespace: string): string {
  return `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
}

describe('an API server', () => {
  test('takes every merged port list in a derived Service', async () => {
    const merged = fc.sample(
      fc.tuple(exporters, modes).map(([records, mode]) => resolve(records, mode).import?.ports ?? []),
      { numRuns: 80, seed: 1 },
    );
    const lists = new Set(merged.filter((ports) => ports.length > 0).map((ports) => JSON.stringify(ports)));
    expect(lists.size).toBeGreaterThan(40);
    for (const ports of lists) {
      const service: IService = {
        metadata: { name: derivedServiceName('prod', 'db') },
        spec: { ports: JSON.parse(ports) },
      };
      await admin().call('POST', '/api/v1/namespaces/prod/services?dryRun=All', service);
    }
  });

  test('takes every imported slice, with names of 63 characters, and gives it back as it was sent', async () => {
    for (const endpoints of fc.sample(fc.array(endpoint, { maxLength: 8 }), { numRuns: 60, seed: 1 })) {
      const desired = imported(endpoints);
      const stored = (await admin().call(
        'POST',
        `${slicesPath(LONGEST)}?dryRun=All`,
        desired,
      )) as IEndpointSlice;
      const view = projectSlice(stored);
      if (view.view !== 'imported') throw new Error('not ours');
      expect(needsUpdate(view, desired), JSON.stringify({ stored, desired })).toBe(false);
    }
  });

  test('takes a slice of 1,000 endpoints', async () => {
    await admin().call('POST', `${slicesPath(LONGEST)}?dryRun=All`, imported(pods(1001)));
  });

  test('takes a headless slice without ports, and node hints of own endpoints', async () => {
    const own = pods(1).map((one) => ({
      ...one,
      nodeName: 'node-1',
      zone: 'zone-a',
      targetRef: { kind: 'Pod', name: 'x' },
    }));
    const desired = imported([], {
      source: {
        view: 'source',
        hash: '',
        metadata: { name: 'a' },
        addressType: 'IPv4',
        ports: [],
        endpoints: own,
      },
      importSpec: { type: 'Headless', ports: [], trafficDistribution: 'PreferSameNode' },
    });
    const stored = (await admin().call(
      'POST',
      `${slicesPath(LONGEST)}?dryRun=All`,
      desired,
    )) as IEndpointSlice;
    const view = projectSlice(stored);
    if (view.view !== 'imported') throw new Error('not ours');
    expect(needsUpdate(view, desired), JSON.stringify({ stored, desired })).toBe(false);
  });

  test('takes an update made from what it held, keeps foreign labels, and needs no second one', async () => {
    const first = imported(pods(2));
    const path = `${slicesPath(LONGEST)}/${first.metadata.name}`;
    const labels = { ...first.metadata.labels, team: 'blue' };
    const created = { ...first, metadata: { ...first.metadata, labels } };
    const held = (await admin().call('POST', slicesPath(LONGEST), created)) as IEndpointSlice;
    const desired = imported(pods(3));
    const view = projectSlice(held);
    const stored = (await admin().call(
      'PUT',
      path,
      mergeForUpdate(view.metadata, desired),
    )) as IEndpointSlice;
    expect(stored.metadata.labels).toMatchObject({ team: 'blue' });
    const after = projectSlice(stored);
    if (after.view !== 'imported') throw new Error('not ours');
    expect(needsUpdate(after, desired)).toBe(false);
    const stale = await admin().send('PUT', path, mergeForUpdate(view.metadata, desired));
    expect(stale.status).toBe(409);
  });

  test('tracks the fields of no slice that we have updated, and lets others apply labels to it all the same', async () => {
    const first = imported(pods(2), { sliceHash: sliceHash('b') });
    const path = `${slicesPath(LONGEST)}/${first.metadata.name}`;
    const held = (await admin().call('POST', slicesPath(LONGEST), first)) as IEndpointSlice;
    expect(held.metadata.managedFields).toHaveLength(1);
    const update = (object: IEndpointSlice, endpoints: Endpoint[]) => {
      const desired = imported(endpoints, { sliceHash: sliceHash('b') });
      return admin().call('PUT', path, mergeForUpdate(projectSlice(object).metadata, desired));
    };
    const updated = (await update(held, pods(3))) as IEndpointSlice;
    expect(updated.metadata.managedFields).toBeUndefined();

    const { apiVersion, kind, metadata, addressType } = first;
    const labelled = { metadata: { name: metadata.name, labels: { team: 'blue' } }, addressType };
    await admin().call('PATCH', `${path}?fieldManager=blue`, { apiVersion, kind, ...labelled }, APPLY);
    const applied = (await admin().call('GET', path)) as IEndpointSlice;
    expect(applied.endpoints).toHaveLength(3);
    const again = (await update(applied, pods(4))) as IEndpointSlice;
    expect(again.metadata.labels).toMatchObject({ team: 'blue' });
    expect(again.metadata.managedFields).toBeUndefined();
  });
});

test('a hub takes every record that an exporter makes, and gives it back as it was sent', async () => {
  const path = '/apis/hub.tombolo.dev/v1alpha1/namespaces/member-zzzc/exportedendpointslices?dryRun=All';
  const name = exportedSliceName(LONGEST, LONGEST, sliceHash('a'));
  for (const endpoints of fc.sample(fc.array(endpoint, { maxLength: 8 }), { numRuns: 60, seed: 2 })) {
    const result = toRecordSpec({
      view: 'source',
      hash: '0123456789abc',
      metadata: { name: 'a', uid: 'slice-uid', generation: 1 },
      addressType: 'IPv4',
      ports: PORTS,
      endpoints,
    });
    if ('skip' in result) throw new Error(result.skip);
    const record: IExportedEndpointSlice = {
      apiVersion: 'hub.tombolo.dev/v1alpha1',
      kind: 'ExportedEndpointSlice',
      metadata: { name },
      spec: { ...result.spec, asserted: { uid: 'cluster-uid', sequence: 1 } },
    };
    const stored = (await admin().call('POST', path, record)) as IExportedEndpointSlice;
    expect(sameRecord(projectRecord(stored), result.spec)).toBe(true);
  }
});
