import { describe, expect, test } from 'vitest';
import type { IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { SOURCE_GENERATION_ANNOTATION } from '#apis/labels.ts';
import type { ObjectMeta } from '#apis/meta.ts';
import { pods } from '#test/driver/builders.ts';
import { isOlderThanShown, mergeForUpdate, needsReplacement, needsUpdate } from './compare.ts';
import { encodeEndpoint } from './line.ts';
import { toImportedSlice } from './mirror.ts';
import { sliceHash } from './names.ts';
import { projectRecord } from './record-view.ts';
import { type ImportedSliceView, projectSlice } from './views.ts';

const PORTS = [{ name: 'pg', protocol: 'TCP', port: 5432 }];

function desired(type: 'ClusterSetIP' | 'Headless' = 'ClusterSetIP', sequence = 9): IEndpointSlice {
  const result = toImportedSlice({
    cluster: 'zzzc',
    namespace: 'prod',
    service: 'db',
    sliceHash: sliceHash('db-x7k2q'),
    source: projectRecord({
      metadata: { name: 'prod.db.x' },
      spec: {
        addressType: 'IPv4',
        ports: PORTS,
        source: { uid: 'slice-uid', generation: 4 },
        endpoints: pods(3).map(encodeEndpoint),
        asserted: { uid: 'cluster-uid', sequence },
      },
    }),
    importSpec: { type, ports: PORTS, ipFamilies: ['IPv4'] },
    exporterPorts: PORTS,
    owner: { name: 'db', uid: 'import-uid' },
    derivedService: 'derived-iriqaii1u1',
    asserted: { uid: 'cluster-uid', sequence },
  });
  if (!('slice' in result)) throw new Error(JSON.stringify(result));
  return result.slice;
}

/** As the API server holds it and the cache keeps it. */
function stored(slice: IEndpointSlice, metadata: Partial<ObjectMeta> = {}): ImportedSliceView {
  const server = {
    uid: 'own-uid',
    resourceVersion: '41',
    generation: 1,
    creationTimestamp: '2026-01-01T00:00:00Z',
  };
  const view = projectSlice({ ...slice, metadata: { ...slice.metadata, ...server, ...metadata } });
  if (view.view !== 'imported') throw new Error('not ours');
  return view;
}

describe('an imported slice needs no update', () => {
  test('where it is as it must be', () => {
    expect(needsUpdate(stored(desired()), desired())).toBe(false);
  });

  test('for labels, annotations and owners that others added', () => {
    const { labels, annotations, ownerReferences = [] } = desired().metadata;
    const foreign = { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'y' };
    const touched = stored(desired(), {
      labels: { ...labels, team: 'blue' },
      annotations: { ...annotations, note: 'x' },
      ownerReferences: [foreign, ...ownerReferences],
    });
    expect(needsUpdate(touched, desired())).toBe(false);
  });

  test('where the API server has left out a false', () => {
    const { ownerReferences = [] } = desired().metadata;
    const stripped = ownerReferences.map(({ blockOwnerDeletion: _, ...owner }) => owner);
    expect(needsUpdate(stored(desired(), { ownerReferences: stripped }), desired())).toBe(false);
  });

  test('for what nobody wants: without an owner and labels any will do', () => {
    const wanted: IEndpointSlice = { ...desired(), metadata: { name: 'x' } };
    const { labels: _, annotations: __, ...bare } = stored(desired()).metadata;
    expect(needsUpdate({ ...stored(desired()), metadata: bare }, wanted)).toBe(false);
  });
});

/** https://github.com/cilium/cilium/pull/47123: hand-edited slices persisted. */
describe('an imported slice needs an update where somebody changed', () => {
  const { labels = {}, annotations = {}, ownerReferences = [] } = desired().metadata;
  const without = (map: Record<string, string>, key: string) =>
    Object.fromEntries(Object.entries(map).filter(([one]) => one !== key));

  test.each(Object.keys(labels).filter((key) => key !== 'endpointslice.kubernetes.io/managed-by'))(
    'label %s',
    (key) => {
      expect(needsUpdate(stored(desired(), { labels: { ...labels, [key]: 'other' } }), desired())).toBe(true);
      expect(needsUpdate(stored(desired(), { labels: without(labels, key) }), desired())).toBe(true);
    },
  );

  test.each(Object.keys(annotations))('annotation %s', (key) => {
    expect(
      needsUpdate(stored(desired(), { annotations: { ...annotations, [key]: 'other' } }), desired()),
    ).toBe(true);
    expect(needsUpdate(stored(desired(), { annotations: without(annotations, key) }), desired())).toBe(true);
  });

  test('the headless label, which takes a slice from kube-proxy', () => {
    const touched = stored(desired(), { labels: { ...labels, 'service.kubernetes.io/headless': '' } });
    expect(needsUpdate(touched, desired())).toBe(true);
  });

  test.each([
    ['owner', []],
    ['owner’s UID', ownerReferences.map((owner) => ({ ...owner, uid: 'other' }))],
    ['owner’s kind', ownerReferences.map((owner) => ({ ...owner, kind: 'ServiceExport' }))],
    ['owner’s name', ownerReferences.map((owner) => ({ ...owner, name: 'other' }))],
    ['owner’s version', ownerReferences.map((owner) => ({ ...owner, apiVersion: 'v1' }))],
    ['owner’s being the controller', ownerReferences.map(({ controller: _, ...owner }) => owner)],
    ['owner’s end waiting for it', ownerReferences.map((owner) => ({ ...owner, blockOwnerDeletion: true }))],
  ])('%s', (_, owners) => {
    expect(needsUpdate(stored(desired(), { ownerReferences: owners }), desired())).toBe(true);
  });

  test('everything: no label, no annotation and no owner is left', () => {
    const { labels: _, annotations: __, ownerReferences: ___, ...bare } = stored(desired()).metadata;
    expect(needsUpdate({ ...stored(desired()), metadata: bare }, desired())).toBe(true);
  });

  test('endpoints or ports', () => {
    expect(needsUpdate(stored({ ...desired(), endpoints: pods(2) }), desired())).toBe(true);
    expect(needsUpdate(stored({ ...desired(), ports: [] }), desired())).toBe(true);
  });

  test('nothing, but a new inventory vouches for the record', () => {
    expect(needsUpdate(stored(desired()), desired('ClusterSetIP', 10))).toBe(true);
  });
});

describe('an update', () => {
  const foreignOwner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'y' };
  const { metadata } = stored(desired('Headless'), {
    labels: { ...desired('Headless').metadata.labels, team: 'blue' },
    annotations: { ...desired().metadata.annotations, note: 'x' },
    ownerReferences: [foreignOwner, { ...foreignOwner, name: 'old import', uid: 'z', controller: true }],
  });
  const update = mergeForUpdate({ ...metadata, ...{ somethingNew: 7 } }, desired());

  test('has the desired content, and satisfies', () => {
    expect(update).toMatchObject({
      endpoints: desired().endpoints,
      ports: desired().ports,
      addressType: 'IPv4',
    });
    expect(needsUpdate(stored(update), desired())).toBe(false);
  });

  test('is fenced by the version it was decided on', () => {
    expect(update.metadata).toMatchObject({
      resourceVersion: '41',
      uid: 'own-uid',
      name: desired().metadata.name,
    });
  });

  test('keeps what others put there, and what only a later Kubernetes knows', () => {
    expect(update.metadata.labels).toMatchObject({ team: 'blue' });
    expect(update.metadata.annotations).toMatchObject({ note: 'x' });
    expect(update.metadata).toHaveProperty('somethingNew', 7);
  });

  test('takes back labels of ours that no longer hold', () => {
    expect(update.metadata.labels).not.toHaveProperty('service.kubernetes.io/headless');
    expect(update.metadata.labels).toHaveProperty('kubernetes.io/service-name');
  });

  test('is tracked by no manager of fields', () => {
    expect(update.metadata.managedFields).toEqual([]);
  });

  test('gives labels, annotations and an owner to what has none', () => {
    const bare = mergeForUpdate({ name: 'x', resourceVersion: '41' }, desired()).metadata;
    expect(bare).toMatchObject({ name: 'x', resourceVersion: '41' });
    const { labels, annotations, ownerReferences } = desired().metadata;
    expect(bare).toMatchObject({ labels, annotations, ownerReferences });
    const unowned = { ...desired(), metadata: { name: 'x' } };
    expect(mergeForUpdate({ name: 'x' }, unowned).metadata).toEqual({
      name: 'x',
      managedFields: [],
      labels: {},
      annotations: {},
      ownerReferences: [],
    });
  });

  test('names the import once, whatever somebody made of its reference', () => {
    const { ownerReferences = [] } = desired().metadata;
    const bent = ownerReferences.map((owner) => ({ ...owner, controller: false, name: 'other' }));
    expect(
      mergeForUpdate({ ...metadata, ownerReferences: bent }, desired()).metadata.ownerReferences,
    ).toEqual(ownerReferences);
  });

  test('has one controller, the import: the API server takes no two', () => {
    expect(update.metadata.ownerReferences).toEqual([
      foreignOwner,
      ...(desired().metadata.ownerReferences ?? []),
    ]);
  });
});

test('a slice of another address type cannot be updated', () => {
  expect(needsReplacement(stored(desired()), desired())).toBe(false);
  expect(needsReplacement(stored(desired()), { ...desired(), addressType: 'IPv6' })).toBe(true);
});

describe('readers never go back', () => {
  const shown = stored(desired());

  test.each([
    ['to a lower generation of the same slice', { uid: 'slice-uid', generation: 3 }, true],
    ['which the same generation does not do', { uid: 'slice-uid', generation: 4 }, false],
    ['nor a higher one', { uid: 'slice-uid', generation: 5 }, false],
    ['to a generation that nobody states', { uid: 'slice-uid' }, true],
    ['nor another slice under the same name', { uid: 'recreated', generation: 1 }, false],
  ])('%s', (_, source, older) => {
    expect(isOlderThanShown(shown, source)).toBe(older);
  });

  test.each([
    undefined,
    '',
    'slice-uid',
    'slice-uid/x',
    '/4',
    'slice-uid/',
    'slice-uid/4x',
    'slice-uid/4/4',
    'x/slice-uid/4',
    'slice-uid/-4',
    'slice-uid/1234567890123456',
  ])('and a damaged note %j holds nobody back', (note) => {
    const annotations = note === undefined ? {} : { [SOURCE_GENERATION_ANNOTATION]: note };
    for (const uid of ['slice-uid', 'slice-uid/4', 'x/slice-uid', '']) {
      expect(isOlderThanShown(stored(desired(), { annotations }), { uid, generation: 1 })).toBe(false);
    }
  });

  test('where nothing at all is noted', () => {
    const { annotations: _, ...bare } = shown.metadata;
    expect(isOlderThanShown({ ...shown, metadata: bare }, { uid: 'slice-uid', generation: 1 })).toBe(false);
  });
});
