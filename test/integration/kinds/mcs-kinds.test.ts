import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONFLICT_REASONS, ExportCondition, ImportCondition } from '#apis/multicluster/conditions.ts';
import { type IServiceExport, ServiceExport } from '#apis/multicluster/service-export.ts';
import { ServiceImport } from '#apis/multicluster/service-import.ts';
import { type KindsCluster, startKindsCluster } from './cluster.ts';

const GROUP = '/apis/multicluster.x-k8s.io';
const IMPORTS = 'namespaces/default/serviceimports';
const EXPORTS = 'namespaces/default/serviceexports';
const lastTransitionTime = '2026-11-24T12:00:00Z';

let cluster: KindsCluster;
beforeAll(async () => {
  cluster = await startKindsCluster();
});
afterAll(() => cluster?.stop());

describe('a ServiceImport', () => {
  const spec = {
    type: 'ClusterSetIP' as const,
    ports: [{ name: 'http', protocol: 'TCP', appProtocol: 'kubernetes.io/h2c', port: 80 }],
    ips: ['10.0.0.1', 'fd00::1'],
    ipFamilies: ['IPv4', 'IPv6'],
    sessionAffinity: 'ClientIP',
    sessionAffinityConfig: { clientIP: { timeoutSeconds: 10 } },
    internalTrafficPolicy: 'Cluster',
    trafficDistribution: 'PreferClose',
  };
  const status = {
    clusters: [{ cluster: 'zzzc' }],
    conditions: [
      {
        type: ImportCondition.Ready,
        status: 'True' as const,
        reason: 'Ready',
        message: '',
        lastTransitionTime,
      },
    ],
    endpointSliceObjects: 'Present' as const,
  };

  test('keeps every field that our type has, and reads the same in v1alpha1, which CoreDNS uses', async () => {
    const created = await cluster.admin.call(
      'POST',
      `${GROUP}/v1beta1/${IMPORTS}`,
      new ServiceImport({ metadata: { name: 'web' }, spec }),
    );
    await cluster.admin.call('PUT', `${GROUP}/v1beta1/${IMPORTS}/web/status`, {
      ...(created as object),
      status,
    });
    for (const version of ['v1beta1', 'v1alpha1']) {
      expect(await cluster.admin.get(`${GROUP}/${version}/${IMPORTS}/web`)).toMatchObject({ spec, status });
    }
  });
});

describe('a ServiceExport', () => {
  test('written as v1alpha1, as many guides have it, reads as our v1beta1', async () => {
    const object = { ...new ServiceExport({ metadata: { name: 'old' } }) };
    await cluster.admin.call('POST', `${GROUP}/v1alpha1/${EXPORTS}`, {
      ...object,
      apiVersion: 'multicluster.x-k8s.io/v1alpha1',
    });
    const read = await cluster.admin.get(`${GROUP}/v1beta1/${EXPORTS}/old`);
    expect(ServiceExport.is(read)).toBe(true);
  });

  test('can state all nine conflicts at once', async () => {
    const created = await cluster.admin.call(
      'POST',
      `${GROUP}/v1beta1/${EXPORTS}`,
      new ServiceExport({
        metadata: { name: 'contested' },
        spec: { exportedLabels: { app: 'web' }, exportedAnnotations: { note: 'x' } },
      }),
    );
    const conflict = {
      type: ExportCondition.Conflict,
      status: 'True' as const,
      reason: CONFLICT_REASONS.join(','),
      message: 'x'.repeat(1000),
      lastTransitionTime,
      observedGeneration: 1,
    };
    const path = `${GROUP}/v1beta1/${EXPORTS}/contested`;
    await cluster.admin.call('PUT', `${path}/status`, {
      ...(created as object),
      status: { conditions: [conflict] },
    });
    const read = (await cluster.admin.get(path)) as IServiceExport;
    expect(read.status?.conditions).toEqual([conflict]);
    expect(read.spec).toEqual({ exportedLabels: { app: 'web' }, exportedAnnotations: { note: 'x' } });
  });
});
