import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { exportedServiceName, exportedServices } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { services } from '#apis/kubernetes/service.ts';
import { derivedServiceName } from '#controllers/endpoints/names.ts';
import { endpoint, headless, pod, slice } from '#test/driver/builders.ts';
import { edit } from '#test/driver/edit.ts';
import { eventually } from '#test/driver/eventually.ts';
import { useSet } from '#test/driver/use-set.ts';
import { checkedBy, type Given, program, tracedBy } from './diagnosis-program.ts';
import {
  allSecrets,
  contextsOf,
  deploymentHas,
  mayNotReadImports,
  mayReadImports,
  PLANTED,
  scene,
} from './diagnosis-scene.ts';

const ALL = '--context zzzc --context shbt --hub-context hub';
const theSet = useSet({ members: ['zzzc', 'shbt'], namespaces: ['prod'] });
let given: Given;
let kubeconfigs: string[];

beforeAll(async () => {
  const { workspace } = theSet().clusters;
  const merged = await contextsOf(theSet());
  given = {
    kubeconfig: workspace.write('diagnosis.kubeconfig', merged),
    cache: workspace.file('diagnosis-cache'),
  };
  const files = ['zzzc', 'shbt'].flatMap((id) => Object.values(theSet().files(id)));
  kubeconfigs = [merged, ...files.map((file) => readFileSync(file, 'utf8'))];
  await scene(theSet());
});

const run = (line: string) => program(line, given);
const traced = (line: string) => tracedBy(line, given);
const checked = (line: string) => checkedBy(line, given);

describe.concurrent('trace', () => {
  it('tells every hop of one pod, from its Service to what another cluster shows of it', async () => {
    const { code, out, err } = await run(`trace db-0.zzzc.db.prod.svc.clusterset.local ${ALL}`);
    expect([code, err]).toEqual([0, []]);
    const sections = out.split(/\n(?=\S+(?: -> \S+)?:\n)/);
    expect(sections.map((section) => section.split('\n')[0])).toEqual([
      'zzzc:',
      'zzzc -> zzzc:',
      'zzzc -> shbt:',
    ]);
    const rows = sections.map((section) =>
      section
        .split('\n')
        .slice(1)
        .filter((line) => line !== '')
        .map((line) => line.split(/ {3,}/)),
    );
    expect(rows[0]?.map(([hop, cluster]) => [hop, cluster])).toEqual([
      ['HOP', 'CLUSTER'],
      ['Service', 'zzzc'],
      ['ServiceExport', 'zzzc'],
      ['EndpointSlice', 'zzzc'],
      ['Member', 'hub'],
      ['record', 'hub'],
      ['record', 'hub'],
    ]);
    expect(rows[2]).toEqual([
      ['HOP', 'CLUSTER', 'OBJECT', 'AGE', 'RESULT'],
      ['ServiceImport', 'shbt', 'prod/db', expect.stringMatching(/^\d+[sm]/), 'ok: Headless'],
      [
        'imported slice',
        'shbt',
        expect.stringMatching(/^prod\/db-zzzc-/),
        expect.stringMatching(/^\d+[sm]/),
        'ok: 1/1 ready',
      ],
      [
        'DNS',
        'shbt',
        'db-0.zzzc.db.prod.svc.clusterset.local',
        '<none>',
        'not tried: no pod is behind Service kube-system/kube-dns',
      ],
      [
        'TCP connect',
        'shbt',
        '198.18.1.7',
        '<none>',
        'not tried: no pod is behind Service kube-system/kube-dns',
      ],
    ]);
  });

  it('a Service behind a clusterset IP passes its derived Service', async () => {
    const { code, paths } = await traced(`web -n prod ${ALL} --no-probe`);
    expect(code).toBe(0);
    const hops = paths.find(({ to }) => to === 'shbt')?.hops.map(({ hop, result }) => `${hop} ${result}`);
    expect(hops).toEqual([
      'ServiceImport ok',
      'derived Service ok',
      'imported slice ok',
      'DNS not tried',
      'TCP connect not tried',
    ]);
  });

  it('ends at a foreign import, and at a namespace that is absent', async () => {
    expect((await traced(`taken -n prod ${ALL} --no-probe`)).broken).toEqual([
      'ServiceImport in shbt: TB043',
    ]);
    expect((await traced(`solo -n calm ${ALL} --no-probe`)).broken).toEqual(['Namespace in shbt: TB044']);
  });

  it('ends where nothing is exported, and where there is no such pod or name', async () => {
    const lost = await traced('lost -n prod --context zzzc --hub-context hub');
    expect(lost).toMatchObject({ code: 1, broken: ['Service in zzzc: TB035'] });
    expect((await traced(`db-9.zzzc.db -n prod ${ALL}`)).broken).toEqual(['EndpointSlice in zzzc: TB039']);
    expect((await traced(`db-0.bjpdc.db -n prod ${ALL}`)).broken).toEqual(['Member in hub: TB021']);
    expect(await run(`trace a/b ${ALL}`)).toMatchObject({
      code: 2,
      err: ['tombolo trace: a/b names no Service and no pod: say db, db-0.zzzc.db, or the whole name'],
    });
  });

  it('says how to mend it', async () => {
    await theSet().member('zzzc').service(headless('prod', 'private'));
    const { code, out } = await run('trace private -n prod --context zzzc --hub-context hub');
    expect(out).toContain('BROKEN TB030: it is not exported');
    expect(out).toContain('  run: tombolo export service private -n prod --context zzzc\n');
    expect(out).toContain('  more: tombolo explain TB030\n');
    expect(code).toBe(1);
  });
});

describe('where others export to', () => {
  it('a member without the namespace says so, without its context (guards against https://github.com/submariner-io/lighthouse/issues/685)', async () => {
    await eventually(
      'the Lease of shbt names calm',
      async () => {
        const { broken } = await traced('solo -n calm --context zzzc --hub-context hub --no-probe');
        expect(broken).toEqual(['ServiceImport in shbt: TB044']);
      },
      30_000,
    );
    const { out } = await run('get exports -A -o wide --context zzzc --hub-context hub');
    const lines = out.split('\n').map((line) => line.split(/ {3,}/));
    const at = lines[0]?.indexOf('IMPORTED IN') ?? -1;
    expect(lines.slice(1, 3).map((line) => [line[1], line[at]])).toEqual([
      ['solo', 'zzzc; not in shbt: namespace absent'],
      ['db', 'shbt,zzzc'],
    ]);
  });
});

describe('trace ends at what an agent has left undone:', () => {
  it('a record that is of an older state, and one that is missing', async () => {
    const [set, zzzc] = [theSet(), theSet().member('zzzc')];
    await set.stopAgent('zzzc');
    const key = { namespace: 'prod', name: 'db-a' };
    const address = (ip: string) =>
      edit(zzzc.client, endpointSlices, key, (present) => ({ ...present, endpoints: [pod('db-0', ip)] }));
    await address('198.18.1.8');
    expect((await traced(`db -n prod ${ALL} --no-probe`)).broken).toEqual(['record in hub: TB037']);
    const record = { namespace: memberNamespace('zzzc'), name: exportedServiceName('prod', 'db') };
    const { metadata } = await set.hub.get(exportedServices, record);
    await set.hub.delete(exportedServices, record, { uid: metadata.uid ?? '' });
    const { paths, broken } = await traced(`db -n prod ${ALL} --no-probe`);
    expect(broken).toEqual(['record in hub: TB037']);
    expect(paths[0]?.hops.at(-1)?.says).toBe('the hub holds no record of zzzc');
    set.startAgent('zzzc');
    await address('198.18.1.7');
    await set.member('shbt').awaitAddresses('prod', 'db', 'zzzc', ['198.18.1.7']);
  });

  it('a derived Service that is gone, and an imported slice', async () => {
    const [set, shbt] = [theSet(), theSet().member('shbt')];
    await set.stopAgent('shbt');
    await shbt.deletes(services, 'prod', derivedServiceName('prod', 'web'));
    const [imported] = await shbt.importedSlices('prod', 'db', 'zzzc');
    await shbt.deletes(endpointSlices, 'prod', imported?.metadata.name ?? '');
    expect((await traced(`web -n prod ${ALL} --no-probe`)).broken).toEqual([
      'derived Service in shbt: TB046',
    ]);
    expect((await traced(`db -n prod ${ALL} --no-probe`)).broken).toEqual(['imported slice in shbt: TB047']);
    set.startAgent('shbt');
    await shbt.awaitAddresses('prod', 'db', 'zzzc', ['198.18.1.7']);
  });
});

/** What the scene has on purpose. */
const MEANT = [
  'TB005 shbt warning',
  'TB043 shbt error',
  'TB040 shbt error',
  'TB044 shbt warning',
  'TB041 shbt warning',
  'TB042 shbt warning',
];

describe('check', () => {
  it('of a member that is well nothing fails', async () => {
    const { code, success, troubles, all } = await checked('--context zzzc --hub-context hub');
    expect(troubles).toEqual([]);
    expect([code, success]).toEqual([0, true]);
    expect(all.filter(({ result }) => result === 'success').length).toBeGreaterThan(20);
  });

  it('of one with a foreign import and without a namespace, these fail', async () => {
    const { code, troubles, all } = await checked(ALL);
    expect(troubles.filter((line) => !MEANT.includes(line))).toEqual([]);
    expect(troubles).toEqual(
      expect.arrayContaining(['TB005 shbt warning', 'TB043 shbt error', 'TB044 shbt warning']),
    );
    expect(all.find(({ id, context }) => id === 'TB044' && context === 'shbt')?.error).toBe('calm');
    expect(code).toBe(1);
  });

  it('exports that do not do what their user expects are told, and pods without names with the cause', async () => {
    const zzzc = theSet().member('zzzc');
    await zzzc.exports('prod', 'nothing');
    await zzzc.service(headless('prod', 'blind'));
    const target = { targetRef: { kind: 'Pod', namespace: 'prod', name: 'lone' } };
    await zzzc.slice(slice('prod', 'blind', 'a', [endpoint('198.18.1.20', target)]));
    await zzzc.exports('prod', 'blind');
    await zzzc.awaitCondition('prod', 'nothing', 'Valid', 'False');
    await zzzc.awaitCondition('prod', 'blind', 'Ready', 'True');
    const { troubles, all } = await checked('--context zzzc --hub-context hub');
    expect(troubles).toEqual(['TB031 zzzc error', 'TB034 zzzc warning']);
    expect(all.find(({ id }) => id === 'TB031')?.error).toContain('prod/nothing: NoService');
    expect(all.find(({ id }) => id === 'TB034')?.error).toContain(
      'pods lone have no name of their own: they belong to no StatefulSet',
    );
    await zzzc.unexports('prod', 'nothing');
    await zzzc.unexports('prod', 'blind');
    await zzzc.awaitNoImport('prod', 'blind');
  });

  it('each thing that is broken fails its own check', async () => {
    const zzzc = theSet().cluster('zzzc');
    const only = '--context zzzc --hub-context hub';
    const path = '/apis/apps/v1/namespaces/tombolo-system/deployments/tombolo-member';
    await mayNotReadImports(zzzc);
    await deploymentHas(zzzc, path, 0);
    await zzzc.admin.call('DELETE', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/tombolo-member');
    await zzzc.admin.call('DELETE', '/api/v1/namespaces/kube-system/configmaps/coredns');
    await zzzc.admin.apply('/api/v1/namespaces/kube-system/configmaps/coredns', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: 'kube-system', name: 'coredns' },
      data: { Corefile: '.:53 {\n}\n' },
    });
    const { troubles } = await checked(only);
    expect(troubles).toEqual([
      'TB011 zzzc error',
      'TB013 zzzc error',
      'TB051 zzzc error',
      'TB052 zzzc warning',
    ]);
    await zzzc.admin.call('DELETE', path);
    await mayReadImports(zzzc.admin);
    const without = await checked(only);
    expect(without.troubles[0]).toBe('TB010 zzzc error');
    expect(without.troubles).not.toContain('TB051 zzzc error');
  });

  it('a cluster without the kinds, one that is away and a hub that is none are told apart', async () => {
    expect((await checked('--context hub')).troubles).toContain('TB003 hub error');
    const away = await checked('--context gone');
    expect([away.code, away.troubles]).toEqual([3, ['TB001 gone error']]);
    expect(away.all[0]?.error).toMatch(/ECONNREFUSED/);
    expect((await checked('--context shbt --hub-context zzzc')).troubles).toContain('TB020 shbt error');
  });

  it('--pre names the rights that are missing (guards against https://github.com/karmada-io/karmada/issues/4413)', async () => {
    const { troubles, all } = await checked('--pre --context reader');
    expect(troubles).toContain('TB006 reader error');
    expect(all.find(({ id }) => id === 'TB006')?.error).toContain(
      'system:serviceaccount:default:reader may not',
    );
    expect(all.some(({ id }) => id === 'TB010')).toBe(false);
  });

  it('in short tells only what is not well, with its hint', async () => {
    const { out } = await run('check --context gone -o short');
    const [category, line, error, hint] = out.split('\n');
    expect([category, line]).toEqual(['cluster', 'FAILED  TB001 gone: the API server answers']);
    expect(error).toMatch(/^ {10}gone: cannot GET \/version: /);
    expect(hint).toMatch(/; see tombolo explain TB001$/);
  });
});

it('gather writes a folder for each cluster, and no secret of any of them', async () => {
  const folder = theSet().clusters.workspace.file('gathered');
  const { code, out, err } = await run(`gather --output ${folder} ${ALL}`);
  expect([code, err]).toEqual([
    0,
    [expect.stringContaining('no Secret'), expect.stringMatching(/^next: tar /)],
  ]);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
  expect(out.trim().split('\n').sort()).toEqual(files.sort());
  const text = (name: string) => readFileSync(join(folder, name), 'utf8');
  expect(text('members/zzzc/serviceexports.yaml')).toContain('name: db');
  expect(text('members/zzzc/corefiles.yaml')).toContain('Corefile');
  expect(text('members/shbt/endpointslices.yaml')).toContain('198.18.1.7');
  // A kubeconfig that somebody put there by hand, with the token in it.
  expect(text('members/shbt/hub-access.yaml')).toMatch(/token: "?\[redacted\]/);
  expect(text('hub/hub/exportedservices.yaml')).toContain('prod.db');
  expect(text('hub/hub/leases.yaml')).toContain('tombolo-member');
  expect(text('check.yaml')).toContain('TB001');
  const secrets = await allSecrets(theSet(), kubeconfigs);
  expect(secrets.length).toBeGreaterThan(8);
  expect(secrets).toContain(PLANTED);
  const leaks = files.flatMap((path) => {
    const content = readFileSync(path, 'utf8');
    return secrets
      .filter((secret) => content.includes(secret))
      .map((secret) => `${path}: ${secret.slice(0, 12)}`);
  });
  expect(leaks).toEqual([]);
  expect(await run(`gather --output ${folder} --context zzzc`)).toMatchObject({ code: 2 });
});
