import { symlink } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { derivedServiceName } from '#controllers/endpoints/names.ts';
import type { Ran } from '#test/driver/command-line.ts';
import { useSet } from '#test/driver/use-set.ts';
import { CommandLine, cells } from './looking-program.ts';
import { contextsOf, scene } from './looking-scene.ts';

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
const BOTH = '--context zzzc --context shbt';
const theSet = useSet({ members: ['zzzc', 'shbt'], namespaces: ['prod', 'calm'] });
let cli: CommandLine;

beforeAll(async () => {
  const { workspace } = theSet().clusters;
  cli = new CommandLine({
    kubeconfig: workspace.write('looking.kubeconfig', await contextsOf(theSet())),
    cache: workspace.file('looking-cache'),
  });
  await scene(theSet());
});

/** The names of the ServiceExports that are there. */
async function exported(member: string, namespace: string): Promise<string[]> {
  const { items } = await theSet().member(member).client.list(serviceExports, { namespace });
  return items.map(({ metadata }) => metadata.name);
}

describe.concurrent('looking', () => {
  it('imports of several clusters are one table, and one that cannot be reached hides no other (guards against https://github.com/submariner-io/submariner-operator/issues/664)', async () => {
    const { code, out, err } = await cli.tombolo(`get imports -A ${BOTH} --context gone`);
    const ip = expect.stringMatching(/^198\.18\.\d+\.\d+$/);
    expect(cells(out)).toEqual([
      ['CONTEXT', 'NAMESPACE', 'NAME', 'TYPE', 'IP', 'PORTS', 'CLUSTERS', 'ENDPOINTS', 'READY'],
      ...['zzzc', 'shbt'].flatMap((context) => [
        [context, 'prod', 'blind', 'Headless', 'None', '5432/TCP', 'zzzc', '1/1', 'True'],
        [context, 'prod', 'db', 'Headless', 'None', '5432/TCP', 'shbt,zzzc', '2/3', 'True'],
        [context, 'prod', 'late', 'ClusterSetIP', ip, '5432/TCP', 'zzzc', '1/1', 'True'],
        [context, 'prod', 'web', 'ClusterSetIP', ip, '5432/TCP', 'shbt,zzzc', '2/2', 'True'],
      ]),
    ]);
    expect(err).toEqual([expect.stringMatching(/^tombolo get: gone: cannot list .*ECONNREFUSED/)]);
    expect(code).toBe(3);
  });

  it('exports say in JSON what their conditions say', async () => {
    const { code, out } = await cli.tombolo('get exports web -n prod -o json');
    expect(JSON.parse(out).items).toMatchObject([
      {
        context: 'zzzc',
        name: 'web',
        valid: { status: 'True' },
        ready: { status: 'True', reason: 'Exported' },
        conflict: { status: 'True', reason: 'SessionAffinityConflict' },
        clusters: ['shbt', 'zzzc'],
        endpoints: { ready: 1, total: 1 },
      },
    ]);
    expect(code).toBe(0);
  });

  it('clusters are those of the hub, with the age of their last report (guards against https://github.com/istio/istio/issues/33799)', async () => {
    const { out, code } = await cli.tombolo('get clusters --hub-context hub');
    const reachable = expect.stringMatching(/^(True|Unknown)$/);
    expect(cells(out)).toEqual([
      ['NAME', 'CLAIMED', 'REACHABLE', 'REPORT', 'EXPORTS', 'VERSION'],
      ['shbt', 'True', reachable, expect.stringMatching(/^\d+[sm]/), '2', '0.1.0'],
      ['zzzc', 'True', reachable, expect.stringMatching(/^\d+[sm]/), '4', '0.1.0'],
    ]);
    expect(code).toBe(0);
    expect(await cli.tombolo('get clusters --context zzzc')).toEqual({
      code: 1,
      out: '',
      err: ["tombolo get: zzzc is no hub: name the hub's context with --hub-context"],
    });
  });

  it('endpoints are grouped by the cluster that they come from', async () => {
    const { out } = await cli.tombolo('get endpoints db -n prod');
    expect(cells(out)).toEqual([
      ['NAME', 'CLUSTER', 'ENDPOINTS', 'ADDRESSES', 'PORTS'],
      ['db', 'shbt', '0/1', '<none>', '5432/TCP'],
      ['db', 'zzzc', '2/2', '198.18.1.10,198.18.1.2', '5432/TCP'],
    ]);
  });

  it('the address book names every pod, and says why some have no name (guards against https://github.com/submariner-io/lighthouse/issues/601)', async () => {
    const { code, out, err } = await cli.tombolo('get endpoints -n prod --names');
    expect(cells(out)).toEqual([
      ['NAME', 'IP', 'CLUSTER', 'ZONE', 'READY'],
      ['db-0.shbt.db.prod.svc.clusterset.local', '198.18.2.1', 'shbt', '<none>', 'False'],
      ['db-2.zzzc.db.prod.svc.clusterset.local', '198.18.1.2', 'zzzc', 'zone-a', 'True'],
      ['db-10.zzzc.db.prod.svc.clusterset.local', '198.18.1.10', 'zzzc', 'zone-a', 'True'],
    ]);
    expect(err).toEqual([
      expect.stringMatching(/^warning: prod\/blind of zzzc: .*StatefulSet nodb has serviceName inner/),
    ]);
    expect(code).toBe(0);
  });

  it('who may not read StatefulSets is told where to look', async () => {
    const { code, err } = await cli.tombolo('get endpoints blind -n prod --names --context reader');
    expect(err).toEqual([
      expect.stringMatching(/^warning: reader: cannot list statefulsets.apps in prod: 403 Forbidden/),
      expect.stringMatching(/have no name of their own: look in cluster zzzc whether .* is blind /),
      'tombolo get: no headless Service with names of pods named blind in namespace prod',
    ]);
    expect(code).toBe(1);
  });

  it('a list of peers is data alone', async () => {
    const book = 'get endpoints db -n prod --names --context shbt';
    expect(await cli.tombolo(`${book} -o etcd`)).toEqual({
      code: 0,
      out: 'db-0.shbt=http://db-0.shbt.db.prod.svc.clusterset.local:5432,db-2.zzzc=http://db-2.zzzc.db.prod.svc.clusterset.local:5432,db-10.zzzc=http://db-10.zzzc.db.prod.svc.clusterset.local:5432\n',
      err: [],
    });
  });

  it.each<[string, RegExp]>([
    ['get imports --context nope', /there is no context nope; contexts has zzzc, shbt, hub, gone, reader/],
    ['get imports -o hosts', /-o hosts needs `get endpoints --names`/],
    ['get pods', /Known are clusters, exports, imports, endpoints/],
    ['export service', /say which Services: NAME or -l/],
  ])('a mistake is told in one line and ends with code 2: %s', async (line, told) => {
    expect(await cli.tombolo(line)).toEqual({ code: 2, out: '', err: [expect.stringMatching(told)] });
  });
});

describe.concurrent('status', () => {
  it('is one line for each cluster, then every problem with the command to run', async () => {
    const { code, out, err } = await cli.tombolo(`status ${BOTH} --context gone --hub-context hub`);
    const [table = '', problems = ''] = out.split('\n\n');
    const seconds = expect.stringMatching(/^\d+[sm]/);
    expect(cells(table)).toEqual([
      [
        'CONTEXT',
        'CLUSTER',
        'REACHABLE',
        'REPORT',
        'VERSION',
        'CREDENTIAL',
        'EXPORTS',
        'IMPORTS',
        'ENDPOINTS',
      ],
      ['zzzc', 'zzzc', 'True', seconds, '0.1.0', '<none>', '4/4', '4/4', '6/7'],
      ['shbt', 'shbt', 'True', seconds, '0.1.0', '<none>', '2/2', '4/4', '6/7'],
      [
        'gone',
        '<unknown>',
        'False',
        '<unknown>',
        '<unknown>',
        '<none>',
        '<unknown>',
        '<unknown>',
        '<unknown>',
      ],
    ]);
    expect(problems.split('\n').slice(0, 2)).toEqual([
      expect.stringMatching(/^zzzc: export prod\/web: SessionAffinityConflict: .* of zzzc is used/),
      `  run: tombolo get exports web -n prod -o wide ${BOTH} --context gone --hub-context hub`,
    ]);
    expect(err).toEqual([expect.stringMatching(/^tombolo status: gone: cannot list/)]);
    expect(code).toBe(3);
  });

  it('--wait says what it waits for and ends at its deadline (guards against https://github.com/karmada-io/karmada/issues/6327)', async () => {
    const { code, out, err } = await cli.tombolo('status --wait --timeout 1s -n prod --context zzzc');
    expect(err).toEqual([
      expect.stringMatching(/^waiting \(\d+s of 1s\) for zzzc: export prod\/web: SessionAffinityConflict/),
      'tombolo status: not all is well after 1s',
    ]);
    expect(cells(out)[1]?.slice(0, 3)).toEqual(['zzzc', 'zzzc', 'True']);
    expect(code).toBe(1);
  });
});

describe.concurrent('an export that cannot be made is told before anything is written:', () => {
  it('of no Service, of an ExternalName and of what was imported', async () => {
    const derived = derivedServiceName('prod', 'web');
    const { code, out, err } = await cli.tombolo(`export service web no outside ${derived} -n prod`);
    expect(err).toEqual([
      'tombolo export: zzzc: prod/no cannot be exported: there is no Service prod/no',
      'tombolo export: zzzc: prod/outside cannot be exported: a Service of type ExternalName cannot be exported',
      expect.stringMatching(/the Service is itself made from an import: it is owned by ServiceImport web$/),
    ]);
    expect([code, out]).toEqual([1, '']);
  });

  it('with the right that is missing and who lacks it (guards against https://github.com/karmada-io/karmada/issues/4413)', async () => {
    expect(await cli.tombolo('export service quiet -n calm --context reader')).toEqual({
      code: 1,
      out: '',
      err: [
        'tombolo export: reader: system:serviceaccount:default:reader may not create serviceexports.multicluster.x-k8s.io in namespace calm; nothing was written',
      ],
    });
  });

  it('in no cluster, where one of several cannot be reached', async () => {
    const { code, out, err } = await cli.tombolo('export service late -n prod --context shbt --context gone');
    expect([code, out, err.at(-1)]).toEqual([3, '', 'tombolo export: nothing was written']);
    expect(await exported('shbt', 'prod')).not.toContain('late');
  });

  it('as a preview by the rules of all members: who would win each conflict, and why', async () => {
    const { code, out, err } = await cli.tombolo(
      'export service late -n prod --context shbt --hub-context hub --dry-run=server',
    );
    const [line, ...table] = out.split('\n');
    expect(line).toBe('serviceexport.multicluster.x-k8s.io/late created (server dry run)');
    expect(cells(table.join('\n'))).toEqual([
      ['NAME', 'EXPORTERS', 'CONFLICT', 'MESSAGE'],
      [
        'late',
        'zzzc,shbt',
        'TypeConflict',
        expect.stringMatching(
          /^type differs: ClusterSetIP of zzzc is used \(the oldest export, since .*\); Headless in shbt\.$/,
        ),
      ],
    ]);
    expect(err).toEqual(['next: tombolo export service late -n prod --context shbt --hub-context hub']);
    expect(code).toBe(1);
    expect(await exported('shbt', 'prod')).not.toContain('late');
  });

  it('as YAML that a repository can hold', async () => {
    const { code, out } = await cli.tombolo('export service quiet -n calm --dry-run=client -o yaml');
    expect([code, out]).toEqual([
      0,
      '---\napiVersion: multicluster.x-k8s.io/v1beta1\nkind: ServiceExport\nmetadata:\n  namespace: calm\n  name: quiet\n',
    ]);
    expect(await exported('zzzc', 'calm')).toEqual([]);
  });
});

it('a Service is exported once and unexported once, however often that is said, and each step names the next', async () => {
  const plugin = theSet().clusters.workspace.file('kubectl-tombolo');
  await symlink(MAIN, plugin);
  const run = (line: string): Promise<Ran> => cli.tombolo(line, plugin);
  const object = 'serviceexport.multicluster.x-k8s.io/quiet';
  expect(await run('export service quiet -n calm --context zzzc')).toEqual({
    code: 0,
    out: `${object} created\n`,
    err: ['next: kubectl tombolo status --wait -n calm --context zzzc'],
  });
  const waited = await run('status --wait -n calm --context zzzc');
  expect(waited.code).toBe(0);
  expect(cells(waited.out)[1]).toEqual(expect.arrayContaining(['zzzc', 'True', '1/1']));
  expect((await run('export service quiet -n calm --context zzzc')).out).toBe(`${object} unchanged\n`);
  expect((await run('unexport service quiet -n calm --dry-run=server')).out).toBe(
    `${object} deleted (server dry run)\n`,
  );
  expect(await run('unexport service quiet -n calm --context zzzc')).toEqual({
    code: 0,
    out: `${object} deleted\n`,
    err: ['next: kubectl tombolo get exports -n calm --context zzzc'],
  });
  expect(await run('unexport service quiet -n calm')).toMatchObject({
    code: 0,
    out: `${object} not there\n`,
  });
});

it('bash completes verbs, kinds and contexts', async () => {
  const script = `eval "$(tombolo completion bash)"
    try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _tombolo; echo "\${COMPREPLY[@]}"; }
    try tombolo un; try tombolo get im; try tombolo get imports --context ''`;
  const { out, code } = await cli.bash(script);
  expect([code, out]).toEqual([0, 'unexport\nimports\nzzzc shbt hub gone reader\n']);
});
