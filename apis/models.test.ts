import { describe, expect, test } from 'vitest';
import { ClusterSet } from './hub/cluster-set.ts';
import { ExportedEndpointSlice } from './hub/exported-endpoint-slice.ts';
import { ExportedService } from './hub/exported-service.ts';
import { clusterOfNamespace, Member, memberNamespace } from './hub/member.ts';
import { MemberReport } from './hub/member-report.ts';
import { ServiceExport } from './multicluster/service-export.ts';
import { ServiceImport } from './multicluster/service-import.ts';

const kinds = [
  ServiceExport,
  ServiceImport,
  ClusterSet,
  Member,
  MemberReport,
  ExportedService,
  ExportedEndpointSlice,
];

describe('models', () => {
  test('serialise to exactly what they were given, with apiVersion and kind in front', () => {
    const built = new ServiceExport({
      metadata: { name: 'db', namespace: 'prod' },
      spec: { exportedLabels: { app: 'db' } },
    });
    expect(JSON.stringify(built)).toBe(
      '{"apiVersion":"multicluster.x-k8s.io/v1beta1","kind":"ServiceExport",' +
        '"metadata":{"name":"db","namespace":"prod"},"spec":{"exportedLabels":{"app":"db"}}}',
    );
  });

  test('hold no fields beyond those given: declared fields must not become own properties set to undefined', () => {
    expect(Object.keys(new Member({ metadata: { name: 'zzzc' } }))).toEqual([
      'apiVersion',
      'kind',
      'metadata',
    ]);
  });

  test('write the storage version, whatever version the parts were read as', () => {
    const read = {
      apiVersion: 'multicluster.x-k8s.io/v1alpha1',
      kind: 'ServiceExport',
      metadata: { name: 'db' },
    };
    expect(new ServiceExport(read).apiVersion).toBe('multicluster.x-k8s.io/v1beta1');
  });

  test('do not share parts with what they were built from', () => {
    const spec = { exportedLabels: { app: 'db' } };
    const built = new ServiceExport({ metadata: { name: 'db' }, spec });
    spec.exportedLabels.app = 'changed';
    expect(built.spec?.exportedLabels).toEqual({ app: 'db' });
  });

  test.each(kinds)('$kind.is accepts its own JSON and refuses every other kind and version', (kind) => {
    const { apiVersion } = kind;
    expect(kind.is({ apiVersion, kind: kind.kind })).toBe(true);
    for (const other of kinds.filter((candidate) => candidate !== kind)) {
      expect(kind.is({ apiVersion: other.apiVersion, kind: other.kind })).toBe(false);
    }
    expect(kind.is({ apiVersion: 'example.com/v1', kind: kind.kind })).toBe(false);
    expect(kind.is(null)).toBe(false);
    expect(kind.is('ServiceExport')).toBe(false);
  });
});

test('a member and its hub namespace name each other, and other namespaces name nobody', () => {
  expect(clusterOfNamespace(memberNamespace('zzzc'))).toBe('zzzc');
  expect(clusterOfNamespace('default')).toBeUndefined();
  expect(clusterOfNamespace('member-')).toBeUndefined();
  expect(clusterOfNamespace(undefined)).toBeUndefined();
});
