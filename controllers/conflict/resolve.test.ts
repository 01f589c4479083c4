import { describe, expect, test } from 'vitest';
import type { PrecedenceMode } from '#apis/hub/cluster-set.ts';
import type { ImportPort } from '#apis/multicluster/service-import.ts';
import { exporter, type Says } from '#test/builders/exporters.ts';
import { conflictCondition } from './condition.ts';
import { type ResolvedImport, resolve } from './resolve.ts';

const HTTP: ImportPort = { name: 'http', protocol: 'TCP', port: 80 };
const METRICS: ImportPort = { name: 'metrics', protocol: 'TCP', port: 9090 };

/** zzzc exported first, then shbt, then bjpdc, one day apart. */
function judge(says: { zzzc: Says; shbt?: Says; bjpdc?: Says }, mode: PrecedenceMode = 'ExportTime') {
  const records = Object.entries({ ...says })
    .map(([cluster, what], day) => exporter(cluster, { since: `2026-01-0${day + 1}T00:00:00Z`, ...what }))
    .reverse();
  const { import: resolved, conflicts } = resolve(records, mode);
  const conditions = records.map(({ cluster }) => conflictCondition(conflicts.get(cluster) ?? []));
  const [condition] = conditions;
  if (resolved === undefined || condition === undefined) throw new Error('nobody exports');
  for (const other of conditions) expect(other).toEqual(condition);
  return { resolved, reason: condition.reason, message: condition.message };
}

/** Lines of SEMANTICS 2.6, by number: what two exporters say, and what comes of it. */
describe('exporters that', () => {
  test.each<[string, Says, Says, string]>([
    [
      '63 list the same ports in another order',
      { ports: [HTTP, METRICS] },
      { ports: [METRICS, HTTP] },
      'NoConflicts',
    ],
    ['64 offer a strict subset of the ports', { ports: [HTTP, METRICS] }, { ports: [HTTP] }, 'PortConflict'],
    ['64 offer more ports', { ports: [HTTP] }, { ports: [HTTP, METRICS] }, 'PortConflict'],
    ['65 are too old to state families', { ipFamilies: ['IPv4'] }, { ipFamilies: [] }, 'NoConflicts'],
    ['69 spell out internalTrafficPolicy', {}, { internalTrafficPolicy: 'Cluster' }, 'NoConflicts'],
    ['69 spell out sessionAffinity', { sessionAffinity: 'None' }, {}, 'NoConflicts'],
    [
      '69 spell out the protocol',
      { ports: [{ port: 80 }] },
      { ports: [{ port: 80, protocol: 'TCP' }] },
      'NoConflicts',
    ],
    [
      '69 spell out the timeout',
      { sessionAffinity: 'ClientIP' },
      { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } },
      'NoConflicts',
    ],
    ['70 differ in type', { type: 'Headless' }, { type: 'ClusterSetIP' }, 'TypeConflict'],
    ['differ in affinity', { sessionAffinity: 'ClientIP' }, {}, 'SessionAffinityConflict'],
    [
      'differ in the timeout of one affinity',
      { sessionAffinity: 'ClientIP' },
      { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } },
      'SessionAffinityConfigConflict',
    ],
    [
      'differ in affinity and, idly, in its settings',
      { sessionAffinity: 'None' },
      { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } },
      'SessionAffinityConflict',
    ],
    [
      'differ in the settings of an affinity that this version does not know',
      { sessionAffinity: 'Cookie', sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } },
      { sessionAffinity: 'Cookie' },
      'SessionAffinityConfigConflict',
    ],
    ['differ in labels', { labels: { tier: 'db' } }, {}, 'LabelsConflict'],
    ['differ in annotations', {}, { annotations: { tier: 'db' } }, 'AnnotationsConflict'],
    ['have no labels, and an empty map of them', {}, { labels: {} }, 'NoConflicts'],
    [
      'list the same labels in another order',
      { labels: { a: '1', b: '2' } },
      { labels: { b: '2', a: '1' } },
      'NoConflicts',
    ],
    ['differ in labels that do not travel anyway', { labels: { 'argoproj.io/app': 'x' } }, {}, 'NoConflicts'],
    [
      'differ in internalTrafficPolicy',
      {},
      { internalTrafficPolicy: 'Local' },
      'InternalTrafficPolicyConflict',
    ],
    [
      'differ in trafficDistribution',
      { trafficDistribution: 'PreferClose' },
      {},
      'TrafficDistributionConflict',
    ],
    [
      'use the older spelling of PreferSameZone',
      { trafficDistribution: 'PreferClose' },
      { trafficDistribution: 'PreferSameZone' },
      'NoConflicts',
    ],
    ['share one of two families', { ipFamilies: ['IPv4', 'IPv6'] }, { ipFamilies: ['IPv6'] }, 'NoConflicts'],
    ['share no family', { ipFamilies: ['IPv4'] }, { ipFamilies: ['IPv6'] }, 'IPFamilyConflict'],
  ])('%s', (_, zzzc, shbt, reason) => {
    expect(judge({ zzzc, shbt }).reason).toBe(reason);
  });

  test('differ in everything have all nine reasons but one, joined in the fixed order', () => {
    const { reason } = judge({
      zzzc: {
        type: 'Headless',
        ports: [HTTP],
        ipFamilies: ['IPv4'],
        labels: { a: '1' },
        annotations: { a: '1' },
        internalTrafficPolicy: 'Local',
        trafficDistribution: 'PreferClose',
      },
      shbt: { ports: [METRICS], ipFamilies: ['IPv6'], sessionAffinity: 'ClientIP' },
    });
    // The ninth, SessionAffinityConfigConflict, needs equal affinities.
    expect(reason).toBe(
      'PortConflict,IPFamilyConflict,TypeConflict,SessionAffinityConflict,AnnotationsConflict,LabelsConflict,' +
        'InternalTrafficPolicyConflict,TrafficDistributionConflict',
    );
  });

  test('66 leave give way to the next in line at once', () => {
    const shbt: Says = { type: 'ClusterSetIP', since: '2026-01-02T00:00:00Z' };
    expect(judge({ zzzc: { type: 'Headless' }, shbt }).resolved.type).toBe('Headless');
    expect(judge({ zzzc: shbt }).resolved.type).toBe('ClusterSetIP');
  });

  test('67 disagree keep what they agree on: a conflict in one property cuts no other', () => {
    const { resolved } = judge({
      zzzc: { ports: [HTTP], type: 'Headless' },
      shbt: { ports: [HTTP, METRICS] },
    });
    expect(resolved).toMatchObject({ ports: [HTTP, METRICS], clusters: ['zzzc', 'shbt'] });
  });
});

describe('the import', () => {
  test('is the oldest exporter’s, with Kubernetes’ defaults filled in', () => {
    expect(judge({ zzzc: {}, shbt: {} }).resolved).toStrictEqual<ResolvedImport>({
      type: 'ClusterSetIP',
      ports: [{ name: 'pg', protocol: 'TCP', port: 5432 }],
      ipFamilies: ['IPv4'],
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
      labels: {},
      annotations: {},
      clusters: ['zzzc', 'shbt'],
    });
  });

  test('has families for Headless too, as the conformance suite demands', () => {
    expect(judge({ zzzc: { type: 'Headless', ipFamilies: ['IPv6', 'IPv4'] } }).resolved).toMatchObject({
      type: 'Headless',
      ipFamilies: ['IPv6', 'IPv4'],
    });
  });

  test('has settings of its affinity only where it has an affinity', () => {
    const sessionAffinityConfig = { clientIP: { timeoutSeconds: 60 } };
    expect(judge({ zzzc: { sessionAffinityConfig } }).resolved).not.toHaveProperty('sessionAffinityConfig');
    const { resolved } = judge({ zzzc: { sessionAffinity: 'ClientIP', sessionAffinityConfig } });
    expect(resolved.sessionAffinityConfig).toEqual(sessionAffinityConfig);
    expect(judge({ zzzc: { sessionAffinity: 'ClientIP' } }).resolved.sessionAffinityConfig).toEqual({
      clientIP: { timeoutSeconds: 10_800 },
    });
    const unknown: Says = { sessionAffinity: 'Cookie' };
    expect(judge({ zzzc: unknown }).resolved).not.toHaveProperty('sessionAffinityConfig');
    expect(judge({ zzzc: { ...unknown, sessionAffinityConfig } }).resolved.sessionAffinityConfig).toEqual(
      sessionAffinityConfig,
    );
  });

  test('has trafficDistribution in the oldest’s spelling, even one that this version does not know', () => {
    for (const trafficDistribution of ['PreferClose', 'PreferSameZone', 'NotYetInvented']) {
      expect(judge({ zzzc: { trafficDistribution } }).resolved.trafficDistribution).toBe(trafficDistribution);
    }
  });

  test('has the oldest’s whole map of labels, never a mixture', () => {
    const { resolved } = judge({ zzzc: { labels: { tier: 'db' } }, shbt: { labels: { team: 'blue' } } });
    expect(resolved.labels).toEqual({ tier: 'db' });
  });

  test('lists clusters in order of precedence, in either mode', () => {
    const says = { zzzc: { recorded: '2026-03-01T00:00:00Z' }, shbt: { recorded: '2026-02-01T00:00:00Z' } };
    expect(judge(says, 'ExportTime').resolved.clusters).toEqual(['zzzc', 'shbt']);
    expect(judge(says, 'HubTime').resolved.clusters).toEqual(['shbt', 'zzzc']);
  });
});
