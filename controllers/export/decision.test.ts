import { describe, expect, test } from 'vitest';
import type { IService } from '#apis/kubernetes/service.ts';
import { MANAGED_BY, MANAGED_BY_LABEL, SERVICE_NAME_LABEL, STALENESS_ANNOTATION } from '#apis/labels.ts';
import type { IServiceExport } from '#apis/multicluster/service-export.ts';
import { decideExport, type ExportInput } from './decision.ts';

const ALLOWED = { allowed: true } as const;

function serviceExport(
  spec: IServiceExport['spec'] = {},
  metadata: Partial<IServiceExport['metadata']> = {},
): IServiceExport {
  return { metadata: { namespace: 'prod', name: 'db', ...metadata }, spec };
}

function service(spec: IService['spec'] = {}, metadata: Partial<IService['metadata']> = {}): IService {
  return {
    metadata: { namespace: 'prod', name: 'db', ...metadata },
    spec: { type: 'ClusterIP', clusterIP: '10.96.0.7', ports: [], ...spec },
  };
}

function decide(input: Partial<ExportInput> = {}) {
  return decideExport({
    serviceExport: serviceExport(),
    service: service(),
    namespaceRule: ALLOWED,
    ...input,
  });
}

function specOf(input: Partial<ExportInput>) {
  const decision = decide(input);
  if (!decision.publish) throw new Error(decision.message);
  return decision.spec;
}

describe('a Service is exported as', () => {
  test.each([
    ['ClusterIP', service(), 'ClusterSetIP'],
    ['headless', service({ clusterIP: 'None' }), 'Headless'],
    ['headless without selector and ports', service({ clusterIP: 'None', ports: [] }), 'Headless'],
    ['NodePort', service({ type: 'NodePort' }), 'ClusterSetIP'],
    ['LoadBalancer', service({ type: 'LoadBalancer' }), 'ClusterSetIP'],
  ])('%s is %s', (_name, given, type) => {
    expect(specOf({ service: given }).type).toBe(type);
  });

  test('ports carry name, protocol, appProtocol and number, and neither targetPort nor nodePort', () => {
    const ports = [
      { name: 'pg', port: 5432, targetPort: 'postgres', nodePort: 30_001, appProtocol: 'tls' },
      { port: 80, protocol: 'UDP' },
    ];
    expect(specOf({ service: service({ ports }) }).ports).toEqual([
      { name: 'pg', protocol: 'TCP', appProtocol: 'tls', port: 5432 },
      { protocol: 'UDP', port: 80 },
    ]);
  });

  test('what the merge compares is carried as the Service says it, and nothing else of the Service', () => {
    const given = service({
      ipFamilies: ['IPv6', 'IPv4'],
      ipFamilyPolicy: 'PreferDualStack',
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
      internalTrafficPolicy: 'Local',
      trafficDistribution: 'PreferClose',
      selector: { app: 'db' },
      publishNotReadyAddresses: true,
    });
    expect(specOf({ service: given })).toEqual({
      type: 'ClusterSetIP',
      ports: [],
      ipFamilies: ['IPv6', 'IPv4'],
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
      internalTrafficPolicy: 'Local',
      trafficDistribution: 'PreferClose',
    });
  });

  test('only exported labels and annotations travel, and those by which tools own objects do not (linkerd2#11358)', () => {
    const exported = serviceExport({
      exportedLabels: { tier: 'gold', 'app.kubernetes.io/instance': 'argo' },
      exportedAnnotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    });
    const spec = specOf({ serviceExport: exported, service: service({}, { labels: { secret: 'yes' } }) });
    expect(spec.labels).toEqual({ tier: 'gold' });
    expect(spec.annotations).toBeUndefined();
  });

  test.each([
    ['keep', 'Keep'],
    ['withdraw', 'Withdraw'],
    ['Withdraw', undefined],
    ['', undefined],
  ])('staleness override %j is %s', (value, staleness) => {
    const annotations = { [STALENESS_ANNOTATION]: value };
    expect(specOf({ serviceExport: serviceExport({}, { annotations }) }).staleness).toBe(staleness);
  });

  test('a staleness override that is none is told', () => {
    const given = (value: string) => ({ [STALENESS_ANNOTATION]: value });
    const remark = (annotations: Record<string, string>) => {
      const decision = decide({ serviceExport: serviceExport({}, { annotations }) });
      return decision.publish ? decision.remark : 'not published';
    };
    expect(remark(given('Withdraw'))).toBe(
      'The annotation tombolo.dev/staleness is ignored: it must be keep or withdraw, and is "Withdraw".',
    );
    expect([remark(given('keep')), remark(given('withdraw')), remark({})]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('a Service is not exported', () => {
  test.each([
    ['without a ServiceExport', { serviceExport: undefined }, 'NotExported'],
    [
      'once its ServiceExport is being deleted, whoever holds that up',
      { serviceExport: serviceExport({}, { deletionTimestamp: '2026-01-01T00:00:00Z' }) },
      'NotExported',
    ],
    ['before it exists (lighthouse#165)', { service: undefined }, 'NoService'],
    ['as ExternalName', { service: service({ type: 'ExternalName' }) }, 'InvalidServiceType'],
    [
      'from a namespace that the set refuses (lighthouse#2244)',
      { namespaceRule: { allowed: false, why: 'namespace kube-system is a system namespace' } as const },
      'NamespaceNotAllowed',
    ],
    [
      'from a refused namespace, which is said first, without a Service',
      { namespaceRule: { allowed: false, why: 'no' } as const, service: undefined },
      'NamespaceNotAllowed',
    ],
    [
      'when a ServiceImport owns it (linkerd2#6626)',
      {
        service: service(
          {},
          {
            ownerReferences: [
              { apiVersion: 'multicluster.x-k8s.io/v1alpha1', kind: 'ServiceImport', name: 'db', uid: 'u' },
            ],
          },
        ),
      },
      'ImportedService',
    ],
    [
      'when it is one of ours',
      { service: service({}, { labels: { [MANAGED_BY_LABEL]: MANAGED_BY } }) },
      'ImportedService',
    ],
    [
      "when it is another implementation's derived Service",
      { service: service({}, { labels: { [SERVICE_NAME_LABEL]: 'db' } }) },
      'ImportedService',
    ],
  ])('%s', (_name, input, reason) => {
    expect(decide(input)).toMatchObject({ publish: false, reason });
  });

  test("an owner of another group's kind ServiceImport is no reason", () => {
    const owner = { apiVersion: 'net.gke.io/v1', kind: 'ServiceImport', name: 'db', uid: 'u' };
    expect(decide({ service: service({}, { ownerReferences: [owner] }) }).publish).toBe(true);
  });

  test('a Service that is being deleted is exported until it is gone, as its own cluster serves it', () => {
    const going = service({}, { deletionTimestamp: '2026-01-01T00:00:00Z' });
    expect(decide({ service: going }).publish).toBe(true);
  });
});
