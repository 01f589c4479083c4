import { describe, expect, test } from 'vitest';
import { SHAPE_ANNOTATION } from '#apis/labels.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import type { Says } from '#test/builders/exporters.ts';
import { hubRecord, importFrom, shown } from '#test/builders/imports.ts';
import { formatShape, lastShape, sameShape } from './shape.ts';

const FULL: Says = {
  type: 'ClusterSetIP',
  ports: [{ name: 'pg', protocol: 'TCP', port: 5432, appProtocol: 'kubernetes.io/h2c' }],
  ipFamilies: ['IPv6', 'IPv4'],
  sessionAffinity: 'ClientIP',
  sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
  internalTrafficPolicy: 'Local',
  trafficDistribution: 'PreferClose',
  labels: { team: 'a' },
  annotations: { note: 'n' },
};

function shapeOf(says: Says) {
  return shown({ records: [hubRecord('east', says)] }).shape;
}

function withShape(held: IServiceImport, text: string | undefined): IServiceImport {
  const { [SHAPE_ANNOTATION]: _, ...others } = held.metadata.annotations ?? {};
  const annotations = { ...others, ...(text !== undefined && { [SHAPE_ANNOTATION]: text }) };
  return { ...held, metadata: { ...held.metadata, annotations } };
}

describe('the last shape', () => {
  test.each<[string, Says]>([
    ['with everything', FULL],
    ['with nothing', { ports: [], ipFamilies: [] }],
    ['headless', { type: 'Headless' }],
  ])('is read back as it was: %s', (_what, says) => {
    expect(lastShape(importFrom(hubRecord('east', says)))).toEqual(shapeOf(says));
  });

  test('is not what this cluster narrowed or somebody edited', () => {
    const held = importFrom(hubRecord('east', FULL));
    const edited: IServiceImport = { ...held, spec: { type: 'Headless', ports: [], ipFamilies: ['IPv4'] } };
    expect(lastShape(edited)).toEqual(shapeOf(FULL));
  });

  test.each([
    undefined,
    '',
    '{',
    'null',
    '[]',
    '{"type":"Other","ports":[]}',
    '{"type":"Headless"}',
    '{"type":"Headless","ports":[{"port":"80"}]}',
    '{"type":"Headless","ports":[{"port":80,"name":1}]}',
    '{"type":"Headless","ports":[],"ipFamilies":[4]}',
    '{"type":"Headless","ports":[],"sessionAffinity":1}',
    '{"type":"Headless","ports":[],"sessionAffinityConfig":1}',
  ])('is the spec where somebody has spoilt the memory of it (%j)', (text) => {
    expect(lastShape(withShape(importFrom(hubRecord('east', FULL)), text))).toEqual(shapeOf(FULL));
  });
});

describe('two shapes', () => {
  test.each<[string, Says]>([
    ['type', { ...FULL, type: 'Headless' }],
    ['port number', { ...FULL, ports: [{ name: 'pg', protocol: 'TCP', port: 1 }] }],
    ['port protocol', { ...FULL, ports: [{ name: 'pg', protocol: 'UDP', port: 5432 }] }],
    ['families', { ...FULL, ipFamilies: ['IPv4'] }],
    ['affinity', { ...FULL, sessionAffinity: 'None' }],
    ['timeout', { ...FULL, sessionAffinityConfig: { clientIP: { timeoutSeconds: 61 } } }],
    ['policy', { ...FULL, internalTrafficPolicy: 'Cluster' }],
    ['distribution', { ...FULL, trafficDistribution: 'PreferSameNode' }],
    ['labels', { ...FULL, labels: { team: 'b' } }],
    ['annotations', { ...FULL, annotations: {} }],
  ])('differ where their %s differs', (_what, says) => {
    expect(sameShape(shapeOf(FULL), shapeOf(says))).toBe(false);
  });

  test('are the same where everything is', () => {
    expect(sameShape(shapeOf(FULL), shapeOf({ ...FULL }))).toBe(true);
    expect(formatShape(shapeOf(FULL))).toBe(formatShape(shapeOf({ ...FULL })));
  });
});
