import { describe, expect, test } from 'vitest';
import { DERIVED_SERVICE_ANNOTATION, MANAGED_BY_LABEL, SOURCES_ANNOTATION } from '#apis/labels.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import type { Says } from '#test/builders/exporters.ts';
import { hubRecord, importFrom, importOf, shown } from '#test/builders/imports.ts';
import { type Addresses, desiredServiceImport, sameServiceImport } from './service-import.ts';
import { readSources } from './sources.ts';

const GIVEN: Addresses = { ips: ['10.0.0.7'], ipFamilies: ['IPv4'] };

function desired(says: Says, existing?: IServiceImport, addresses?: Addresses, derivedService?: string) {
  const { shape, sources } = shown({ records: [hubRecord('east', says)] });
  return desiredServiceImport({
    namespace: 'prod',
    service: 'db',
    existing,
    shape,
    sources,
    addresses,
    derivedService,
  });
}

describe('a ServiceImport', () => {
  test('is what the exporters agreed on, under the Service’s own name', () => {
    const says: Says = {
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
      internalTrafficPolicy: 'Local',
      trafficDistribution: 'PreferClose',
      labels: { team: 'a' },
    };
    const made = desired(says);
    expect(made).toMatchObject({
      apiVersion: 'multicluster.x-k8s.io/v1beta1',
      kind: 'ServiceImport',
      metadata: {
        name: 'db',
        namespace: 'prod',
        labels: { team: 'a', [MANAGED_BY_LABEL]: 'member.tombolo.dev' },
      },
    });
    expect(made.spec).toEqual({
      type: 'ClusterSetIP',
      ports: [{ name: 'pg', protocol: 'TCP', port: 5432 }],
      ips: [],
      ipFamilies: ['IPv4'],
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
      internalTrafficPolicy: 'Local',
      trafficDistribution: 'PreferClose',
    });
  });

  test('leads to its derived Service only once that is there', () => {
    expect(desired({}).metadata.annotations).not.toHaveProperty(DERIVED_SERVICE_ANNOTATION);
    const led = desired({}, undefined, GIVEN, 'derived-x');
    expect(led.metadata.annotations).toMatchObject({ [DERIVED_SERVICE_ANNOTATION]: 'derived-x' });
    expect(led.spec).toMatchObject(GIVEN);
    const lost = desired({}, led);
    expect(lost.metadata.annotations).not.toHaveProperty(DERIVED_SERVICE_ANNOTATION);
  });

  test('shows the families that this cluster gave, in the order of the addresses', () => {
    const dual: Says = { ipFamilies: ['IPv6', 'IPv4'] };
    expect(desired(dual).spec.ipFamilies).toEqual(['IPv6', 'IPv4']);
    const both = { ips: ['10.0.0.7', 'fd00::7'], ipFamilies: ['IPv4', 'IPv6'] };
    expect(desired(dual, undefined, both).spec).toMatchObject(both);
    expect(desired(dual, undefined, GIVEN).spec).toMatchObject(GIVEN);
  });

  test('remembers its address while there is no derived Service to ask', () => {
    const led = desired({}, undefined, GIVEN, 'derived-x');
    expect(desired({}, led).spec).toMatchObject(GIVEN);
  });

  test('remembers no address of a family that the exporters no longer share', () => {
    const both = { ips: ['10.0.0.7', 'fd00::7'], ipFamilies: ['IPv4', 'IPv6'] };
    const led = desired({ ipFamilies: ['IPv4', 'IPv6'] }, undefined, both, 'derived-x');
    expect(desired({ ipFamilies: ['IPv6'] }, led).spec).toMatchObject({
      ips: ['fd00::7'],
      ipFamilies: ['IPv6'],
    });
    const one = desired({}, undefined, GIVEN, 'derived-x');
    expect(desired({ ipFamilies: ['IPv6'] }, one).spec).toMatchObject({ ips: [], ipFamilies: ['IPv6'] });
  });

  test('gives its address up when it turns headless, and never shows “None” (https://github.com/cilium/cilium/pull/37053)', () => {
    const led = desired({}, undefined, GIVEN, 'derived-x');
    const headless = desired({ type: 'Headless' }, led, GIVEN);
    expect(headless.spec).toMatchObject({ type: 'Headless', ips: [], ipFamilies: ['IPv4'] });
    expect(desired({}, headless).spec.ips).toEqual([]);
  });

  test('drops a field that nobody states any more', () => {
    const before = desired({ trafficDistribution: 'PreferClose', sessionAffinity: 'ClientIP' });
    const after = desired({}, before);
    expect(after.spec).not.toHaveProperty('trafficDistribution');
    expect(after.spec).not.toHaveProperty('sessionAffinityConfig');
    expect(sameServiceImport(before, after)).toBe(false);
  });

  test('keeps fields, labels and status that it does not know', () => {
    const existing: IServiceImport = {
      ...importFrom(hubRecord('east')),
      status: { clusters: [{ cluster: 'east' }] },
    };
    const newer = { ...existing, spec: { ...existing.spec, ...{ someNewField: 1 } } };
    newer.metadata = { ...newer.metadata, labels: { ...newer.metadata.labels, mine: '1' } };
    const again = desired({}, newer);
    expect(again).toEqual(newer);
    expect(sameServiceImport(newer, again)).toBe(true);
  });
});

describe('an update', () => {
  const existing = importFrom(hubRecord('east'));

  test.each<[string, Partial<IServiceImport['spec']>]>([
    ['type', { type: 'Headless' }],
    ['ports', { ports: [] }],
    ['addresses', { ips: ['10.9.9.9'] }],
    ['families', { ipFamilies: ['IPv6'] }],
    ['affinity', { sessionAffinity: 'ClientIP' }],
    ['distribution', { trafficDistribution: 'PreferClose' }],
  ])('repairs %s that somebody edited', (_what, spec) => {
    expect(sameServiceImport({ ...existing, spec: { ...existing.spec, ...spec } }, existing)).toBe(false);
  });

  test('is not made for what the API server left out of its answer', () => {
    const { ips: _, ...spec } = existing.spec;
    const answered = { ...existing, spec: { ...spec, ports: [{ name: 'pg', port: 5432 }] } };
    expect(sameServiceImport(answered, existing)).toBe(true);
  });

  test('is not made for a slice that came or went, whose inventory the next one takes along', () => {
    const scaled = shown({ records: [hubRecord('east', {}, { inventory: 9 })], existing });
    const next = importOf(scaled, existing);
    expect(sameServiceImport(existing, next)).toBe(true);
    expect(readSources(next).get('east')?.inventory).toBe(9);
  });

  test('is made for a new assertion, by which absence will be judged', () => {
    const asserted = shown({ records: [hubRecord('east', {}, { asserted: 9, inventory: 9 })], existing });
    expect(sameServiceImport(existing, importOf(asserted, existing))).toBe(false);
  });

  test('mends a spoilt memory of the sources', () => {
    const annotations = { ...existing.metadata.annotations, [SOURCES_ANNOTATION]: '{}' };
    expect(
      sameServiceImport({ ...existing, metadata: { ...existing.metadata, annotations } }, existing),
    ).toBe(false);
  });
});
