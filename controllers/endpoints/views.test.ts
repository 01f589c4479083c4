import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import type { IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { MANAGED_BY, SLICE_MANAGED_BY_LABEL } from '#apis/labels.ts';
import { pods, slice } from '#test/driver/builders.ts';
import { fingerprint } from './fingerprint.ts';
import { sliceHash } from './names.ts';
import { projectRecord } from './record-view.ts';
import { projectSlice } from './views.ts';

function stored(labels: Record<string, string>): IEndpointSlice {
  const written = slice('prod', 'db', 'x7k2q', pods(2));
  const metadata = {
    ...written.metadata,
    labels,
    resourceVersion: '7',
    managedFields: [{ manager: 'somebody' }],
  };
  return { ...written, metadata };
}

describe('a local slice in the cache', () => {
  test('is kept whole where it is not ours, but for managedFields', () => {
    const view = projectSlice(stored({ [SLICE_MANAGED_BY_LABEL]: 'endpointslice-controller.k8s.io' }));
    expect(view).toMatchObject({
      view: 'source',
      hash: sliceHash('db-x7k2q'),
      addressType: 'IPv4',
      endpoints: pods(2),
      ports: slice('prod', 'db', 'x7k2q', []).ports,
    });
    expect(view.metadata).not.toHaveProperty('managedFields');
    expect(view.metadata.resourceVersion).toBe('7');
  });

  test('is only its metadata and a fingerprint where it is ours', () => {
    const ours = stored({ [SLICE_MANAGED_BY_LABEL]: MANAGED_BY, foreign: 'label' });
    const view = projectSlice(ours);
    expect(view).toEqual({
      view: 'imported',
      metadata: expect.objectContaining({ name: 'db-x7k2q', labels: ours.metadata.labels }),
      addressType: 'IPv4',
      fingerprint: fingerprint(ours),
    });
    expect(view.metadata).not.toHaveProperty('managedFields');
  });

  test('may have no endpoints and no ports', () => {
    const { ports: _, ...empty } = { ...stored({}), endpoints: null };
    expect(projectSlice(empty)).toMatchObject({ view: 'source', endpoints: [], ports: [] });
  });

  test('may have no labels, and shares its metadata with the object where there is nothing to leave out', () => {
    const metadata = { name: 'db-x7k2q', namespace: 'prod' };
    const view = projectSlice({ ...stored({}), metadata });
    expect(view.view).toBe('source');
    expect(view.metadata).toBe(metadata);
  });

  test('is not changed by the projection', () => {
    const original = stored({});
    const copy = structuredClone(original);
    projectSlice(original);
    expect(original).toEqual(copy);
  });
});

function record(change: Record<string, unknown> = {}): IExportedEndpointSlice {
  const spec = {
    addressType: 'IPv4',
    ports: [{ name: 'pg', protocol: 'TCP', port: 5432 }],
    source: { uid: 'slice', generation: 3 },
    endpoints: ['198.18.1.7 RSt', '198.18.1.8 RSt'],
    asserted: { uid: 'cluster', sequence: 9 },
    ...change,
  };
  return JSON.parse(
    JSON.stringify({ metadata: { name: 'prod.db.aao0ut6gl00i7', namespace: 'member-zzzc' }, spec }),
  );
}

describe('a slice record in the cache', () => {
  test('holds nothing where it is invalid, and says why', () => {
    expect(projectRecord(record({ addressType: 'FQDN' }))).toEqual({
      metadata: { name: 'prod.db.aao0ut6gl00i7', namespace: 'member-zzzc' },
      spec: {
        addressType: 'IPv4',
        ports: [],
        source: { uid: '', generation: 0 },
        asserted: { uid: '', sequence: 0 },
        packed: '',
      },
      invalid: 'spec.addressType is neither IPv4 nor IPv6',
    });
  });

  test('has its endpoints as one string', () => {
    expect(projectRecord(record())).toEqual({
      metadata: { name: 'prod.db.aao0ut6gl00i7', namespace: 'member-zzzc' },
      spec: {
        addressType: 'IPv4',
        ports: [{ name: 'pg', protocol: 'TCP', port: 5432 }],
        source: { uid: 'slice', generation: 3 },
        asserted: { uid: 'cluster', sequence: 9 },
        packed: '198.18.1.7 RSt\n198.18.1.8 RSt',
      },
    });
  });

  test.each<[string, unknown]>([
    ['endpoints', []],
    ['endpoints', null],
    ['endpoints', undefined],
    ['ports', null],
    ['ports', undefined],
    ['ports', [{ name: null, port: null }]],
    ['ports', [{ protocol: null, appProtocol: null }]],
    ['addressType', 'IPv6'],
    ['asserted', { uid: 'x', sequence: 0 }],
    ['newField', { of: 'a later version' }],
  ])('may have %s %j', (field, value) => {
    expect(projectRecord(record({ [field]: value })).invalid).toBeUndefined();
  });

  test.each<[string, unknown, string]>([
    ['addressType', 'FQDN', 'spec.addressType is neither IPv4 nor IPv6'],
    ['addressType', undefined, 'spec.addressType is neither IPv4 nor IPv6'],
    ['ports', 'x', 'spec.ports is not a list of ports'],
    ['ports', [null], 'spec.ports is not a list of ports'],
    ['ports', [{ port: '80' }], 'spec.ports is not a list of ports'],
    ['ports', [{ name: 7 }], 'spec.ports is not a list of ports'],
    ['ports', [{ protocol: 7 }], 'spec.ports is not a list of ports'],
    ['ports', [{ appProtocol: {} }], 'spec.ports is not a list of ports'],
    ['ports', [[]], 'spec.ports is not a list of ports'],
    ['ports', { length: 0 }, 'spec.ports is not a list of ports'],
    ['source', null, 'spec.source does not hold a uid and a generation'],
    ['source', [], 'spec.source does not hold a uid and a generation'],
    ['source', { uid: 'x', generation: 1.5 }, 'spec.source does not hold a uid and a generation'],
    ['asserted', null, 'spec.asserted does not hold a uid and a sequence'],
    ['asserted', { uid: '', sequence: 1 }, 'spec.asserted does not hold a uid and a sequence'],
    ['asserted', { uid: 'x', sequence: -1 }, 'spec.asserted does not hold a uid and a sequence'],
    ['asserted', { uid: 'x', sequence: '1' }, 'spec.asserted does not hold a uid and a sequence'],
    ['endpoints', { length: 0 }, 'spec.endpoints is not a list of strings'],
    ['endpoints', ['198.18.1.7 RSt', 7], 'spec.endpoints is not a list of strings'],
    ['source', undefined, 'spec.source does not hold a uid and a generation'],
    ['source', { uid: 'x', generation: 'y' }, 'spec.source does not hold a uid and a generation'],
    ['source', { uid: 7, generation: 7 }, 'spec.source does not hold a uid and a generation'],
    ['asserted', undefined, 'spec.asserted does not hold a uid and a sequence'],
    ['asserted', { uid: 'x', sequence: 1.5 }, 'spec.asserted does not hold a uid and a sequence'],
    ['endpoints', 'x', 'spec.endpoints is not a list of strings'],
    ['endpoints', [{}], 'spec.endpoints is not a list of strings'],
  ])('with %s %j says why it is invalid', (field, value, invalid) => {
    expect(projectRecord(record({ [field]: value })).invalid).toBe(invalid);
  });

  test('never throws: one hostile record must not stop a watch', () => {
    const fields = fc.constantFrom('addressType', 'ports', 'source', 'asserted', 'endpoints');
    fc.assert(
      fc.property(fields, fc.jsonValue(), (field, value) => {
        const view = projectRecord(record({ [field]: value }));
        expect(typeof view.spec.packed).toBe('string');
      }),
    );
    for (const spec of [undefined, null, [], 'x', 7]) {
      expect(projectRecord(JSON.parse(JSON.stringify({ ...record(), spec }))).invalid).toBe(
        'spec is missing',
      );
    }
  });
});
