import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IExportedService } from '#apis/hub/exported-service.ts';
import { exportedService } from '#test/builders/exporters.ts';
import { type AdmissionPolicy, admit, type ExportRecord } from './record.ts';
import { resolve } from './resolve.ts';

const NO_RULES: AdmissionPolicy = { clusterSet: undefined, member: undefined };

/** A well-formed record with one part replaced by whatever a hostile or newer member wrote there. */
function withPart(path: string, value: unknown): IExportedService {
  // Through JSON, as it comes from the hub: undefined parts are then missing ones.
  const record = JSON.parse(JSON.stringify(exportedService('zzzc')));
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let at = record;
  for (const key of keys) at = at[key];
  if (value === undefined) delete at[last];
  else at[last] = value;
  return record;
}

function refusal(record: IExportedService): string {
  const admission = admit(record, 'zzzc', NO_RULES);
  return admission.ok ? 'admitted' : admission.reason;
}

function admitted(record: IExportedService): ExportRecord {
  const admission = admit(record, 'zzzc', NO_RULES);
  if (!admission.ok) throw new Error(admission.reason);
  return admission.record;
}

test('a record is admitted as the hub namespace’s member’s, with defaults of form but not of meaning', () => {
  const record = withPart('spec.ports', [{ name: '', port: 80 }]);
  expect(admitted(record)).toStrictEqual({
    cluster: 'zzzc',
    namespace: 'prod',
    service: 'db',
    exportUID: 'export-zzzc',
    exportedAt: Date.parse('2026-01-01T00:00:00Z'),
    recordedAt: Date.parse('2026-06-01T00:00:00Z'),
    asserted: { uid: 'kube-system-zzzc', sequence: 1 },
    type: 'ClusterSetIP',
    ports: [{ protocol: 'TCP', port: 80 }],
    ipFamilies: ['IPv4'],
    sessionAffinity: undefined,
    sessionAffinityConfig: undefined,
    internalTrafficPolicy: undefined,
    trafficDistribution: undefined,
    labels: {},
    annotations: {},
  });
});

describe('a record is refused, with one reason, where', () => {
  test.each<[string, unknown, string | RegExp]>([
    ['metadata.name', 'prod.web', 'spec.service says prod/db, but the record is named "prod.web"'],
    ['metadata.name', 'prod.db.x', 'spec.service says prod/db, but the record is named "prod.db.x"'],
    ['metadata.name', [{}], /named of type object/],
    ['metadata', undefined, 'the record has no metadata or no spec'],
    ['spec', undefined, 'the record has no metadata or no spec'],
    ['spec', null, 'the record has no metadata or no spec'],
    ['spec', [], 'the record has no metadata or no spec'],
    ['spec.service', null, 'spec.service does not name a Service'],
    ['spec.service.name', undefined, /DNS labels/],
    ['spec.service.name', 'web.api', /DNS labels/],
    ['spec.service.namespace', 'Prod', /DNS labels/],
    ['spec.service.namespace', 'x'.repeat(64), /DNS labels/],
    ['spec.export', null, 'spec.export.uid is not a UID'],
    ['spec.export.uid', '', 'spec.export.uid is not a UID'],
    ['spec.export.uid', 'x\ny', 'spec.export.uid is not a UID'],
    ['spec.asserted', undefined, 'spec.asserted does not hold a uid and a sequence'],
    ['spec.asserted.sequence', '7', 'spec.asserted does not hold a uid and a sequence'],
    ['spec.asserted.sequence', 2 ** 53, 'spec.asserted does not hold a uid and a sequence'],
    ['spec.type', undefined, 'spec.type is of type undefined, which this version does not know'],
    ['spec.type', 'Quantum', 'spec.type is "Quantum", which this version does not know'],
    ['spec.type', { toString: 'x' }, /of type object/],
    ['spec.ports', 'http', 'spec.ports is not a list'],
    ['spec.ports', { length: 1 }, 'spec.ports is not a list'],
    ['spec.ports', [null], 'spec.ports[0] is not a port'],
    ['spec.ports', [[]], 'spec.ports[0] is not a port'],
    ['spec.ports', [{ name: 'a' }], 'spec.ports[0] has no port number'],
    ['spec.ports', [{ port: 0 }], 'spec.ports[0] has no port number'],
    ['spec.ports', [{ port: 65_536 }], 'spec.ports[0] has no port number'],
    ['spec.ports', [{ port: 80.5 }], 'spec.ports[0] has no port number'],
    ['spec.ports', [{ port: '80' }], 'spec.ports[0] has no port number'],
    ['spec.ports', [{ port: 80, name: 'Web' }], 'spec.ports[0] has a name that is not a DNS label'],
    ['spec.ports', [{ port: 80, name: {} }], 'spec.ports[0] has a name that is not a DNS label'],
    ['spec.ports', [{ port: 80, protocol: 'QUIC' }], 'spec.ports[0] has the unknown protocol "QUIC"'],
    ['spec.ports', [{ port: 80, appProtocol: 'a b' }], /appProtocol/],
    [
      'spec.ports',
      [{ name: 'a', port: 1 }, { port: 2 }],
      'spec.ports[1] has no name although there are several ports',
    ],
    [
      'spec.ports',
      [
        { name: 'a', port: 1 },
        { name: 'a', port: 2 },
      ],
      'spec.ports holds name a twice',
    ],
    [
      'spec.ports',
      [
        { name: 'a', port: 1 },
        { name: 'b', port: 1 },
      ],
      'spec.ports holds port 1/TCP twice',
    ],
    [
      'spec.ports',
      Array.from({ length: 101 }, (_, at) => ({ name: `p${at}`, port: at + 1 })),
      /more than 100/,
    ],
    ['spec.ipFamilies', 'IPv4', 'spec.ipFamilies is not a list of at most two'],
    ['spec.ipFamilies', ['IPv4', 'IPv6', 'IPv4'], 'spec.ipFamilies is not a list of at most two'],
    ['spec.ipFamilies', [4], 'spec.ipFamilies holds something that is not an IP family'],
    ['spec.ipFamilies', [''], 'spec.ipFamilies holds something that is not an IP family'],
    ['spec.sessionAffinity', 7, 'spec.sessionAffinity is not a word of at most 63 characters'],
    [
      'spec.internalTrafficPolicy',
      'two words',
      'spec.internalTrafficPolicy is not a word of at most 63 characters',
    ],
    [
      'spec.trafficDistribution',
      'x'.repeat(64),
      'spec.trafficDistribution is not a word of at most 63 characters',
    ],
    ['spec.sessionAffinityConfig', 'x', 'spec.sessionAffinityConfig is not one'],
    ['spec.sessionAffinityConfig', { clientIP: 7 }, 'spec.sessionAffinityConfig is not one'],
    ['spec.sessionAffinityConfig', { clientIP: { timeoutSeconds: 0 } }, /not within 1 and 86400/],
    ['spec.sessionAffinityConfig', { clientIP: { timeoutSeconds: 86_401 } }, /not within 1 and 86400/],
    ['spec.sessionAffinityConfig', { clientIP: { timeoutSeconds: '60' } }, /not within 1 and 86400/],
    ['spec.sessionAffinityConfig', { clientIP: { timeoutSeconds: 1.5 } }, /not within 1 and 86400/],
    ['spec.sessionAffinityConfig', { clientIP: { timeoutSeconds: -1 } }, /not within 1 and 86400/],
    ['spec.sessionAffinityConfig', [], 'spec.sessionAffinityConfig is not one'],
    ['spec.asserted', null, 'spec.asserted does not hold a uid and a sequence'],
    ['spec.asserted.uid', '', 'spec.asserted does not hold a uid and a sequence'],
    ['spec.asserted.sequence', -1, 'spec.asserted does not hold a uid and a sequence'],
    ['spec.type', 'x'.repeat(41), `spec.type is "${'x'.repeat(40)}", which this version does not know`],
    ['spec.ipFamilies', [null], 'spec.ipFamilies holds something that is not an IP family'],
    [
      'spec.ports',
      [
        { name: 'a', port: 53, protocol: 'UDP' },
        { name: 'b', port: 53, protocol: 'UDP' },
      ],
      'spec.ports holds port 53/UDP twice',
    ],
    ['spec.labels', { a: 'x'.repeat(65_536) }, 'spec.labels holds 65537 characters, more than 65536'],
    ['spec.labels', 'x', 'spec.labels is not a map'],
    ['spec.labels', ['x'], 'spec.labels is not a map'],
    ['spec.labels', { a: 7 }, 'spec.labels holds a value that is not a string'],
    ['spec.annotations', { a: 'x'.repeat(70_000) }, /annotations holds 70001 characters, more than 65536/],
  ])('%s is %j', (path, value, reason) => {
    if (typeof reason === 'string') expect(refusal(withPart(path, value))).toBe(reason);
    else expect(refusal(withPart(path, value))).toMatch(reason);
  });

  test('its namespace may not travel, whatever its exporter thought of that', () => {
    const record = withPart('spec.service.namespace', 'kube-system');
    record.metadata.name = 'kube-system.db';
    expect(refusal(record)).toBe('namespace kube-system is a system namespace (kube-*)');
  });

  test('it lies where no cluster id leads', () => {
    expect(admit(exportedService('a.b'), 'a.b', NO_RULES)).toEqual({
      ok: false,
      reason: 'a.b is not a cluster id',
    });
    expect(admit(exportedService(''), '', NO_RULES)).toMatchObject({ ok: false });
  });
});

describe('a record is admitted although', () => {
  test.each<[string, unknown]>([
    ['spec.ports', undefined],
    ['spec.ports', null],
    ['spec.ports', []],
    ['spec.ipFamilies', undefined],
    ['spec.ipFamilies', null],
    ['spec.sessionAffinityConfig', null],
    ['spec.sessionAffinityConfig', { clientIP: null }],
    ['spec.labels', null],
    ['spec.annotations', undefined],
    ['spec.inventory', undefined],
    ['spec.export.creationTimestamp', undefined],
    ['spec.somethingNew', { very: ['new'] }],
    ['metadata.creationTimestamp', undefined],
    ['spec.ports', [{ name: null, protocol: null, appProtocol: null, port: 80 }]],
    ['spec.ports', [{ port: 1 }]],
    ['spec.ports', [{ port: 65_535, protocol: 'SCTP' }]],
    ['spec.ports', Array.from({ length: 100 }, (_, at) => ({ name: `p${at}`, port: at + 1 }))],
    [
      'spec.ports',
      [
        { name: 'dns', port: 53, protocol: 'UDP' },
        { name: 'dns-tcp', port: 53, protocol: 'TCP' },
      ],
    ],
    ...['x', 'http', 'a/b', 'kubernetes.io/h2c'].map((appProtocol): [string, unknown] => [
      'spec.ports',
      [{ port: 80, appProtocol }],
    ]),
    ['spec.service.name', 'db'],
    ['spec.asserted.sequence', 0],
    ['spec.ipFamilies', ['IPv4', 'IPv6']],
    ['spec.trafficDistribution', 'x'.repeat(63)],
    ['spec.sessionAffinityConfig', { clientIP: { timeoutSeconds: null } }],
    ['spec.sessionAffinityConfig', { clientIP: { timeoutSeconds: 1 } }],
    ['spec.sessionAffinityConfig', { clientIP: { timeoutSeconds: 86_400 } }],
    ['spec.labels', { a: 'x'.repeat(65_535) }],
  ])('%s is %j', (path, value) => {
    expect(refusal(withPart(path, value))).toBe('admitted');
  });

  test('it holds values of enumerations that only a newer version knows: they are carried as they are', () => {
    expect(admitted(withPart('spec.trafficDistribution', 'PreferMoon')).trafficDistribution).toBe(
      'PreferMoon',
    );
    expect(admitted(withPart('spec.internalTrafficPolicy', 'Rack')).internalTrafficPolicy).toBe('Rack');
    expect(admitted(withPart('spec.sessionAffinity', 'Cookie')).sessionAffinity).toBe('Cookie');
    expect(admitted(withPart('spec.ipFamilies', ['IPv7'])).ipFamilies).toEqual(['IPv7']);
  });

  test('it says little or says it twice: what is empty is no statement, and what is repeated is one', () => {
    expect(admitted(withPart('spec.ipFamilies', []))).toHaveProperty('ipFamilies', undefined);
    expect(admitted(withPart('spec.ipFamilies', ['IPv6', 'IPv6'])).ipFamilies).toEqual(['IPv6']);
    for (const field of ['sessionAffinity', 'internalTrafficPolicy', 'trafficDistribution']) {
      expect(admitted(withPart(`spec.${field}`, ''))).toHaveProperty(field, undefined);
    }
    const ports = [{ name: 'web', protocol: '', appProtocol: '', port: 80 }];
    expect(admitted(withPart('spec.ports', ports)).ports).toStrictEqual([
      { name: 'web', protocol: 'TCP', port: 80 },
    ]);
    const clientIP = { timeoutSeconds: 60 };
    const config = { clientIP: { ...clientIP, novel: 1 }, novel: 1 };
    expect(admitted(withPart('spec.sessionAffinityConfig', config)).sessionAffinityConfig).toStrictEqual({
      clientIP,
    });
    expect(admitted(withPart('spec.sessionAffinityConfig', {})).sessionAffinityConfig).toBeUndefined();
  });

  test('it holds labels that may not travel: they are left out', () => {
    expect(admitted(withPart('spec.labels', { 'kubernetes.io/x': 'y', tier: 'db' })).labels).toEqual({
      tier: 'db',
    });
  });
});

/** https://github.com/cilium/cilium/issues/45396: one hostile object stopped everyone’s. */
describe('whatever a record holds', () => {
  const paths = [
    ...[
      'metadata',
      'metadata.name',
      'metadata.creationTimestamp',
      'spec',
      'spec.service',
      'spec.service.name',
    ],
    ...[
      'spec.export',
      'spec.export.uid',
      'spec.export.creationTimestamp',
      'spec.type',
      'spec.ports',
      'spec.ipFamilies',
    ],
    ...[
      'spec.sessionAffinity',
      'spec.sessionAffinityConfig',
      'spec.internalTrafficPolicy',
      'spec.trafficDistribution',
    ],
    ...['spec.labels', 'spec.annotations', 'spec.asserted'],
  ];
  const anything = fc.oneof(
    fc.jsonValue({ maxDepth: 4 }),
    fc.constantFrom(null, 0, -1, '', [], {}, Number.MAX_VALUE),
    fc.array(
      fc.record(
        { name: fc.jsonValue(), port: fc.jsonValue(), protocol: fc.jsonValue() },
        { requiredKeys: [] },
      ),
    ),
    fc.dictionary(fc.constantFrom('__proto__', 'constructor', 'clientIP', 'uid', 'a'), fc.jsonValue()),
  );

  test('admission gives one line of reason or a record that resolves', () => {
    fc.assert(
      fc.property(fc.constantFrom(...paths), anything, (path, value) => {
        const admission = admit(withPart(path, value), 'zzzc', NO_RULES);
        if (!admission.ok) {
          expect(admission.reason).toMatch(/^[^\n]{1,400}$/);
          return;
        }
        const { import: resolved } = resolve(
          [admission.record, admitted(exportedService('shbt'))],
          'ExportTime',
        );
        expect(resolved?.ports.every(({ port }) => Number.isInteger(port))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('no prototype is touched', () => {
    const hostile: IExportedService = JSON.parse(
      JSON.stringify(exportedService('zzzc')).replace(
        '"type"',
        '"__proto__":{"polluted":1},"labels":{"__proto__":"x"},"annotations":{"constructor":"x"},"type"',
      ),
    );
    const record = admitted(hostile);
    expect(record.labels).toEqual({});
    expect(record.annotations).toEqual({ constructor: 'x' });
    const { conflicts } = resolve([record, { ...record, cluster: 'shbt', annotations: {} }], 'ExportTime');
    expect(conflicts.get('shbt')?.[0]?.message).toContain('{no constructor} of shbt');
    expect({}).not.toHaveProperty('polluted');
  });

  test('great depth and size end in a refusal', () => {
    const deep = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`);
    expect(refusal(withPart('spec.labels', deep))).toBe('spec.labels is not a map');
    expect(refusal(withPart('spec.labels', { a: 'x'.repeat(2_000_000) }))).toMatch(/more than 65536/);
    expect(refusal(withPart('spec.type', 'x'.repeat(2_000_000)))).toMatch(/^.{89}$/);
  });
});
