import { describe, expect, test } from 'vitest';
import type { IService } from '#apis/kubernetes/service.ts';
import { MANAGED_BY_LABEL, SERVICE_NAME_LABEL, UNSUPPORTED_ANNOTATION } from '#apis/labels.ts';
import type { Says } from '#test/builders/exporters.ts';
import { hubRecord, shown } from '#test/builders/imports.ts';
import {
  addressesOf,
  desiredDerivedService,
  previousIPs,
  sameDerivedService,
  whyReplace,
} from './derived-service.ts';

const owner = { name: 'db', uid: 'import-1' };
const dual: Says = { ipFamilies: ['IPv4', 'IPv6'] };

function shapeOf(says: Says = {}) {
  return shown({ records: [hubRecord('east', says)] }).shape;
}

function desired(says: Says = {}, existing?: IService, previousIPs: string[] = []) {
  return desiredDerivedService({
    namespace: 'prod',
    service: 'db',
    owner,
    shape: shapeOf(says),
    existing,
    previousIPs,
  });
}

/** What an API server makes of it: with defaults and addresses. */
function given(service: IService, clusterIPs = ['10.0.0.7'], ipFamilies = ['IPv4']): IService {
  return {
    ...service,
    metadata: { ...service.metadata, uid: 'service-1', resourceVersion: '9' },
    spec: {
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
      ipFamilyPolicy: 'SingleStack',
      ...service.spec,
      ...(clusterIPs[0] !== undefined && { clusterIP: clusterIPs[0] }),
      clusterIPs,
      ipFamilies,
    },
  };
}

describe('the addresses that a derived Service asks for', () => {
  const held = { spec: { type: 'ClusterSetIP' as const, ports: [], ips: ['10.0.0.9'] } };

  test('are what the import says, or what the Service had that it replaces', () => {
    expect(previousIPs(held, undefined)).toEqual(['10.0.0.9']);
    expect(previousIPs(held, given(desired()))).toEqual(['10.0.0.7']);
  });

  test('are none where it replaces a headless one (https://github.com/kubernetes-sigs/mcs-api/pull/98)', () => {
    const headless = given(desired({ type: 'Headless' }), ['None']);
    expect(previousIPs(held, headless)).toEqual([]);
  });
});

describe('a new derived Service', () => {
  test('has no selector, the merged ports with themselves as target, our marks and the import as owner', () => {
    const service = desired({ labels: { team: 'a' }, annotations: { note: 'n' } });
    expect(service.metadata).toMatchObject({
      namespace: 'prod',
      labels: { team: 'a', [SERVICE_NAME_LABEL]: 'db', [MANAGED_BY_LABEL]: 'member.tombolo.dev' },
      annotations: { note: 'n' },
      ownerReferences: [{ kind: 'ServiceImport', name: 'db', uid: 'import-1', controller: true }],
    });
    expect(service.metadata.name).toMatch(/^derived-[0-9a-v]{10}$/);
    expect(service.spec).toEqual({
      type: 'ClusterIP',
      ports: [{ name: 'pg', protocol: 'TCP', port: 5432, targetPort: 5432 }],
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
      ipFamilyPolicy: 'SingleStack',
      ipFamilies: ['IPv4'],
    });
  });

  test('leaves it to the API server how many of two families this cluster has', () => {
    expect(desired(dual).spec).toMatchObject({ ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv4'] });
  });

  test('asks for the addresses that clients know, of the families that are still shared', () => {
    expect(desired({}, undefined, ['10.0.0.7', 'fd00::7']).spec).toMatchObject({
      clusterIP: '10.0.0.7',
      clusterIPs: ['10.0.0.7'],
      ipFamilies: ['IPv4'],
    });
    expect(desired(dual, undefined, ['fd00::7', '10.0.0.7']).spec).toMatchObject({
      clusterIP: 'fd00::7',
      clusterIPs: ['fd00::7', '10.0.0.7'],
      ipFamilies: ['IPv6', 'IPv4'],
    });
  });

  test('names no family where no exporter states one, or only one that Kubernetes does not have', () => {
    expect(desired({ ipFamilies: [] }).spec).not.toHaveProperty('ipFamilies');
    expect(desired({ ipFamilies: ['IPv9'] }).spec).not.toHaveProperty('ipFamilies');
  });

  test('asks for the former address where no exporter states a family, too', () => {
    expect(desired({ ipFamilies: [] }, undefined, ['10.0.0.7']).spec).toMatchObject({
      clusterIP: '10.0.0.7',
    });
  });

  test('of a headless import has no address', () => {
    expect(desired({ type: 'Headless' }, undefined, ['10.0.0.7']).spec).toMatchObject({ clusterIP: 'None' });
  });
});

describe('an existing derived Service', () => {
  test.each<[string, Says]>([
    ['one family', {}],
    ['two families of which this cluster has one', dual],
    ['no stated family', { ipFamilies: [] }],
    ['affinity by client without a timeout', { sessionAffinity: 'ClientIP' }],
    ['a traffic distribution', { trafficDistribution: 'PreferClose' }],
  ])('is left alone where nothing changed: %s', (_what, says) => {
    const existing = given(desired(says));
    expect(sameDerivedService(existing, desired(says, existing))).toBe(true);
  });

  test('is left alone while the reply to its creation is all that is known of it', () => {
    const sent = desired(dual);
    const assumed = { ...sent, metadata: { ...sent.metadata, uid: 'service-1' } };
    expect(addressesOf(assumed)).toBeUndefined();
    expect(sameDerivedService(assumed, desired(dual, assumed))).toBe(true);
  });

  test.each<[string, Says]>([
    ['another port', { ports: [{ name: 'pg', protocol: 'TCP', port: 5433 }] }],
    ['another protocol name', { ports: [{ name: 'pg', protocol: 'TCP', port: 5432, appProtocol: 'http' }] }],
    ['affinity', { sessionAffinity: 'ClientIP' }],
    ['traffic policy', { internalTrafficPolicy: 'Local' }],
    ['traffic distribution', { trafficDistribution: 'PreferClose' }],
    ['labels', { labels: { team: 'a' } }],
    ['a second family', dual],
  ])('follows a change of %s and keeps its address', (_what, says) => {
    const existing = given(desired());
    const next = desired(says, existing);
    expect(sameDerivedService(existing, next)).toBe(false);
    expect(next.spec).toMatchObject({
      clusterIP: '10.0.0.7',
      clusterIPs: ['10.0.0.7'],
      ipFamilies: ['IPv4'],
    });
    expect(next.metadata).toMatchObject({ uid: 'service-1', resourceVersion: '9' });
  });

  test('follows another timeout of the affinity, and takes the default for the one it is', () => {
    const existing = given(desired({ sessionAffinity: 'ClientIP' }));
    const said = (timeoutSeconds: number): Says => ({
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds } },
    });
    expect(sameDerivedService(existing, desired(said(10_800), existing))).toBe(true);
    expect(sameDerivedService(existing, desired(said(60), existing))).toBe(false);
  });

  test('gives up the second family, and its address, where it is no longer shared', () => {
    const existing = given(desired(dual), ['10.0.0.7', 'fd00::7'], ['IPv4', 'IPv6']);
    expect(sameDerivedService(existing, desired(dual, existing))).toBe(true);
    const next = desired({}, existing);
    expect(next.spec).toMatchObject({
      ipFamilyPolicy: 'SingleStack',
      ipFamilies: ['IPv4'],
      clusterIPs: ['10.0.0.7'],
    });
    expect(sameDerivedService(existing, next)).toBe(false);
  });

  test('is not replaced for another order of the families: the address is worth more', () => {
    const existing = given(desired(dual), ['10.0.0.7', 'fd00::7'], ['IPv4', 'IPv6']);
    const turned: Says = { ipFamilies: ['IPv6', 'IPv4'] };
    expect(whyReplace(existing, shapeOf(turned))).toBeUndefined();
    expect(sameDerivedService(existing, desired(turned, existing))).toBe(true);
    expect(addressesOf(existing)).toEqual({ ips: ['10.0.0.7', 'fd00::7'], ipFamilies: ['IPv4', 'IPv6'] });
  });

  test.each<[string, Says, boolean]>([
    ['turns headless', { type: 'Headless' }, true],
    ['no longer shares its first family', { ipFamilies: ['IPv6'] }, true],
    ['states no family', { ipFamilies: [] }, false],
    ['gets another port', { ports: [] }, false],
  ])('is replaced only where no update can help: the import %s', (_what, says, replaced) => {
    expect(whyReplace(given(desired()), shapeOf(says)) !== undefined).toBe(replaced);
  });

  test('gets no endpoints or traffic from elsewhere (https://github.com/cilium/cilium/pull/47123)', () => {
    const existing = given(desired());
    const tampered: IService = {
      ...existing,
      spec: {
        ...existing.spec,
        type: 'NodePort',
        selector: { app: 'mine' },
        ports: [{ name: 'pg', protocol: 'TCP', port: 5432, targetPort: 'http', nodePort: 30_001 }],
        publishNotReadyAddresses: true,
        ...{ externalIPs: ['203.0.113.1'], externalTrafficPolicy: 'Cluster', someNewField: 'kept' },
      },
    };
    const repaired = desired({}, tampered);
    expect(sameDerivedService(tampered, repaired)).toBe(false);
    expect(repaired.spec).toEqual({ ...existing.spec, ...{ someNewField: 'kept' } });
  });

  test('keeps foreign labels, annotations and owners', () => {
    const existing = given(desired());
    const foreign = { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'x' };
    const touched = {
      ...existing,
      metadata: {
        ...existing.metadata,
        labels: { ...existing.metadata.labels, mine: '1' },
        annotations: { mine: '2' },
        ownerReferences: [foreign, ...(existing.metadata.ownerReferences ?? [])],
      },
    };
    expect(sameDerivedService(touched, desired({}, touched))).toBe(true);
  });

  test('gets the new import as owner where that was made anew, so that its address survives', () => {
    const existing = given(desired());
    const next = desiredDerivedService({
      namespace: 'prod',
      service: 'db',
      owner: { name: 'db', uid: 'import-2' },
      shape: shapeOf(),
      existing,
      previousIPs: [],
    });
    expect(next.metadata.ownerReferences?.map(({ uid }) => uid)).toEqual(['import-2']);
    expect(sameDerivedService(existing, next)).toBe(false);
  });

  test('goes without what it was refused with, until that is another value', () => {
    const says: Says = { trafficDistribution: 'PreferSameNode' };
    const sent = desired(says);
    const { trafficDistribution, ...spec } = sent.spec ?? {};
    const existing = given({
      ...sent,
      metadata: {
        ...sent.metadata,
        annotations: { [UNSUPPORTED_ANNOTATION]: JSON.stringify({ trafficDistribution }) },
      },
      spec,
    });
    expect(sameDerivedService(existing, desired(says, existing))).toBe(true);
    const next = desired({ trafficDistribution: 'PreferClose' }, existing);
    expect(next.spec?.trafficDistribution).toBe('PreferClose');
    expect(next.metadata.annotations).not.toHaveProperty(UNSUPPORTED_ANNOTATION);
  });
});

describe('its addresses', () => {
  test.each<[string, string[], string[], object | undefined]>([
    ['one', ['10.0.0.7'], ['IPv4'], { ips: ['10.0.0.7'], ipFamilies: ['IPv4'] }],
    ['none yet', [], [], undefined],
    ['as many as families', ['10.0.0.7'], ['IPv4', 'IPv6'], undefined],
    ['never None (https://github.com/kubernetes-sigs/mcs-api/pull/98)', ['None'], ['IPv4'], undefined],
  ])('are given as they are: %s', (_what, ips, families, addresses) => {
    expect(addressesOf(given(desired(), ips, families))).toEqual(addresses);
  });
});
