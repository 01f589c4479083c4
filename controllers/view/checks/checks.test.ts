import { describe, expect, it } from 'vitest';
import { CLUSTER_ID_PROPERTY } from '#apis/kubernetes/cluster-property.ts';
import { MANAGED_BY, MANAGED_BY_LABEL, SOURCES_ANNOTATION } from '#apis/labels.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import { exportedService } from '#test/builders/exporters.ts';
import { checkInput, hubLook, memberLook, NOW } from '#test/builders/looks.ts';
import { CATALOGUE, describeCheck, findCheck } from './catalogue.ts';
import type { CheckInput, DnsLook } from './look.ts';
import { NO_HUB } from './look.ts';
import { JUDGES, runChecks } from './run.ts';

const said = (status: 'True' | 'False' | 'Unknown', reason = 'Why') => ({ status, reason, message: 'So.' });
const WELL = said('True');

/** An import of zzzc's own and of nobody else, unless told. */
function imported(more: Partial<IServiceImport['metadata']> = {}, source = 'shbt'): IServiceImport {
  return {
    metadata: {
      namespace: 'prod',
      name: 'db',
      labels: { [MANAGED_BY_LABEL]: MANAGED_BY },
      annotations: {
        [SOURCES_ANNOTATION]: JSON.stringify({ [source]: { uid: 'u', sequence: 1, inventory: 1 } }),
      },
      ...more,
    },
    spec: { type: 'Headless', ports: [] },
  };
}

function exportIs(of: Partial<Record<'valid' | 'ready' | 'conflict', ReturnType<typeof said>>>) {
  const row = {
    namespace: 'prod',
    name: 'db',
    valid: WELL,
    ready: WELL,
    conflict: said('False'),
    clusters: [],
    endpoints: { ready: 1, total: 1 },
    created: undefined,
  };
  return { exports: { value: [{ ...row, ...of }] } };
}

function importIs(ready = WELL, endpoints = { ready: 1, total: 1 }) {
  const row = {
    namespace: 'prod',
    name: 'db',
    type: 'Headless' as const,
    ips: [],
    ports: [],
    clusters: ['shbt'],
  };
  return { imports: { value: [{ ...row, ready, endpoints, created: undefined }] } };
}

function dnsIs(more: Partial<DnsLook>) {
  const { dns } = memberLook();
  return 'value' in dns ? { dns: { value: { ...dns.value, ...more } } } : {};
}

function corednsIs(image: string) {
  const coredns = {
    metadata: { name: 'coredns' },
    spec: { template: { spec: { containers: [{ image }] } } },
  };
  return dnsIs({ coredns });
}

const results = (input: CheckInput, pre = false) =>
  runChecks([input], { pre }).categories.flatMap(({ checks }) => checks);

/** The ids of all that is not well. */
const troubles = (input: CheckInput) =>
  results(input)
    .filter(({ result }) => result !== 'success')
    .map(({ id, result }) => `${id} ${result}`);

describe('the catalogue', () => {
  const checks = CATALOGUE.flatMap((category) => category.checks);

  it('has every id once, in order, and a judge for all that `check` makes', () => {
    const ids = checks.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids.every((id) => /^TB\d{3}$/.test(id))).toBe(true);
    const made = checks.filter(({ by }) => by.includes('check')).map(({ id }) => id);
    expect(Object.keys(JUDGES).sort()).toEqual(made);
  });

  it('finds a check however its id is typed, and explains it', () => {
    expect(findCheck('tb1')?.id).toBe('TB001');
    expect(['TB999', 'TB', '1'].map(findCheck)).toEqual([undefined, undefined, undefined]);
    for (const { id } of checks) {
      const found = findCheck(id);
      expect(found && describeCheck(found)).toMatch(
        new RegExp(`^${id} [\\s\\S]+Why it fails: [\\s\\S]+How to mend it: `),
      );
    }
  });
});

it('where all is well every check succeeds', () => {
  expect(troubles(checkInput())).toEqual([]);
  expect(runChecks([checkInput()], { pre: false }).success).toBe(true);
});

describe('one thing that is wrong fails its check and no other:', () => {
  const hours = (count: number) => NOW + count * 3_600_000;
  const record = exportedService('shbt');
  it.each<[string, string, CheckInput]>([
    ['TB002 warning', 'an old Kubernetes', checkInput({ version: { value: 'v1.29.9' } })],
    ['TB003 error', 'no CRDs', checkInput({ crds: { value: [] } })],
    [
      'TB005 warning',
      'a foreign import',
      checkInput({ serviceImports: { value: [imported({ labels: {} })] } }),
    ],
    ['TB010 error', 'no agent', checkInput({ agents: { value: [] } })],
    [
      'TB011 error',
      'an agent that is not ready',
      checkInput({
        agents: {
          value: [{ metadata: { name: 'a' }, spec: { replicas: 1 }, status: { updatedReplicas: 1 } }],
        },
      }),
    ],
    [
      'TB012 warning',
      'an agent far apart',
      checkInput({}, { value: hubLook({}, { agentVersion: '0.3.0' }) }),
    ],
    ['TB013 error', 'a right that is missing', checkInput({ missingRights: { value: ['get services'] } })],
    [
      'TB014 warning',
      'a credential near its end',
      checkInput({ credential: { value: { subject: 's', issuedAt: hours(-9), expiresAt: hours(1) } } }),
    ],
    [
      'TB014 warning',
      'one that has expired',
      checkInput({ credential: { value: { subject: 's', issuedAt: hours(-9), expiresAt: hours(-1) } } }),
    ],
    [
      'TB021 error',
      'a claim of another cluster',
      checkInput({}, { value: hubLook({}, { claimed: said('False', 'DuplicateClaim') }) }),
    ],
    [
      'TB022 error',
      'a Lease of an hour ago',
      checkInput({}, { value: hubLook({}, { reported: new Date(hours(-1)).toISOString() }) }),
    ],
    [
      'TB022 error',
      'a member that is not heard of',
      checkInput({}, { value: hubLook({}, { reachable: said('False') }) }),
    ],
    [
      'TB023 warning',
      "a hub's clock that is off by an hour",
      checkInput({}, { value: hubLook({ serverTime: hours(1) }) }),
    ],
    [
      'TB024 error',
      'another id by its own property',
      checkInput({
        properties: { value: [{ metadata: { name: CLUSTER_ID_PROPERTY }, spec: { value: 'other' } }] },
      }),
    ],
    [
      'TB031 error',
      'an export that is refused',
      checkInput(exportIs({ valid: said('False'), ready: said('False') })),
    ],
    ['TB032 error', 'one that the hub does not have', checkInput(exportIs({ ready: said('False') }))],
    ['TB033 warning', 'a conflict', checkInput(exportIs({ conflict: said('True') }))],
    ['TB034 warning', 'pods without names', checkInput({ nameless: { value: ['prod/db: ...'] } })],
    ['TB040 error', 'an import that cannot be used', checkInput(importIs(said('False')))],
    ['TB041 warning', 'an import without endpoints', checkInput(importIs(WELL, { ready: 0, total: 1 }))],
    ['TB042 warning', 'an import without a record', checkInput({ serviceImports: { value: [imported()] } })],
    [
      'TB044 warning',
      'a namespace that others export from',
      checkInput({ namespaces: { value: [] } }, { value: hubLook({ services: [record] }) }),
    ],
    ['TB050 warning', 'an old CoreDNS', checkInput(corednsIs('coredns/coredns:1.11.3'))],
    ['TB051 error', 'a CoreDNS without the right', checkInput(dnsIs({ mayRead: { value: false } }))],
    [
      'TB052 warning',
      'a Corefile without the zone',
      checkInput(dnsIs({ configs: [{ metadata: { name: 'coredns' }, data: { Corefile: '.:53 {}' } }] })),
    ],
  ])('%s: %s', (trouble, _what, input) => {
    expect(troubles(input)).toEqual([trouble]);
    const [failed] = results(input).filter(({ result }) => result !== 'success');
    expect(failed).toMatchObject({ context: 'zzzc', hint: expect.any(String), error: expect.any(String) });
  });

  it('a version that is not served is told with the release that brought it', () => {
    const { crds } = memberLook();
    const old =
      'value' in crds ? crds.value.map((crd) => ({ ...crd, served: ['v1alpha1'], release: 'v0.2.0' })) : [];
    const found = results(checkInput({ crds: { value: old } })).find(({ id }) => id === 'TB004');
    expect(found).toMatchObject({ result: 'error', error: expect.stringContaining('release v0.2.0') });
  });

  it('an older release is told, even where it serves the versions', () => {
    const { crds } = memberLook();
    const old = 'value' in crds ? crds.value.map((crd) => ({ ...crd, release: 'v0.4.9' })) : [];
    const found = results(checkInput({ crds: { value: old } })).find(({ id }) => id === 'TB004');
    expect(found?.error).toContain('is of release v0.4.9, older than v0.5.0');
  });

  it('a foreign import in the way of one is both: somebody else is here, and in the way', () => {
    const hub = { value: hubLook({ services: [record] }) };
    const input = checkInput({ serviceImports: { value: [imported({ labels: {} })] } }, hub);
    expect(troubles(input)).toEqual(['TB005 warning', 'TB043 error']);
  });

  it('a cluster that is no member of the hub has no Lease to look at', () => {
    const input = checkInput({ uid: 'other' });
    expect(troubles(input).slice(0, 1)).toEqual(['TB012 skipped']);
    expect(troubles(input)).toContain('TB021 error');
  });
});

describe('what cannot be told is no failure:', () => {
  it('a cluster that does not answer fails one check, and the others are skipped', () => {
    const why = { why: 'no answer' };
    const input = checkInput({
      version: why,
      crds: why,
      agents: why,
      exports: why,
      imports: why,
      dns: why,
      missingRights: why,
      serviceImports: why,
      slices: why,
      namespaces: why,
      nameless: why,
      credential: why,
      properties: why,
      uid: undefined,
    });
    expect(
      results(input)
        .filter(({ result }) => result === 'error')
        .map(({ id }) => id),
    ).toEqual(['TB001']);
    expect(results(input).some(({ result }) => result === 'warning')).toBe(false);
  });

  it('without a hub what it knows is skipped; with one that does not answer it is a failure', () => {
    const without = checkInput({}, { why: NO_HUB });
    expect(runChecks([without], { pre: false }).success).toBe(true);
    expect(troubles(without)).toContain('TB020 skipped');
    expect(troubles(checkInput({}, { why: 'no answer' }))).toContain('TB020 error');
  });

  it('a CoreDNS that lies elsewhere is a warning where a failure would have been one', () => {
    expect(troubles(checkInput(dnsIs({ coredns: undefined, configs: [] })))).toEqual([
      'TB050 skipped',
      'TB051 warning',
      'TB052 skipped',
    ]);
    expect(troubles(checkInput(dnsIs({ coredns: undefined, forwarded: true })))).toEqual([]);
  });
});

it('before anything is installed only that is looked at which can hold then', () => {
  const ids = results(checkInput({ installing: { value: ['me may not create clusterroles'] } }), true).map(
    ({ id, result }) => `${id} ${result}`,
  );
  expect(ids).toContain('TB006 error');
  expect(ids.some((id) => /TB010|TB021|TB031|TB040/.test(id))).toBe(false);
});
