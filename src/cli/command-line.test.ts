import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { ConfigError } from '#src/config/error.ts';
import { KubeApiError, TransportError } from '#src/kube/errors.ts';
import { KubeconfigError } from '#src/kube/kubeconfig.ts';
import { candidates } from './candidates.ts';
import { sameClusters } from './cluster-options.ts';
import { contextNames } from './clusters/context-names.ts';
import { kubeconfigFiles } from './clusters/kubeconfig-files.ts';
import { findContext } from './clusters/kubeconfigs.ts';
import { worst } from './clusters/reading.ts';
import { milliseconds } from './clusters/targets.ts';
import { Exit } from './exit.ts';
import { exportCommand } from './export.ts';
import { farewell } from './farewell.ts';
import { getCommand } from './get.ts';
import { checkFlags } from './get-options.ts';
import { hubCommand } from './hub.ts';
import { calledAs } from './program.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tombolo-cli-unit-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function kubeconfig(name: string, context: object, current: string | undefined): Promise<string> {
  const path = join(folder, name);
  const document = {
    ...(current !== undefined && { 'current-context': current }),
    contexts: [{ name, context: { cluster: 'c', user: 'u', ...context } }],
    clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
    users: [{ name: 'u', user: { token: 'none' } }],
  };
  await writeFile(path, JSON.stringify(document));
  return path;
}

describe('kubeconfigs', () => {
  it('are the flag, else those of KUBECONFIG, else the one below the home', () => {
    expect(kubeconfigFiles('a', 'b:c')).toEqual(['a']);
    expect(kubeconfigFiles(undefined, 'b:c')).toEqual(['b', 'c']);
    expect(kubeconfigFiles(undefined, '')).toEqual([expect.stringMatching(/\.kube\/config$/)]);
  });

  it('are searched in their order for a context, and for one that is current', async () => {
    const files = [
      join(folder, 'missing'),
      await kubeconfig('west', {}, undefined),
      await kubeconfig('east', { namespace: 'prod' }, 'east'),
    ];
    expect(findContext(files, 'west')).toEqual({ context: 'west', path: files[1], namespace: 'default' });
    expect(findContext(files, undefined)).toEqual({ context: 'east', path: files[2], namespace: 'prod' });
    expect(contextNames(files)).toEqual(['west', 'east']);
    expect(() => findContext(files, 'north')).toThrow(KubeconfigError);
    expect(() => findContext(files, 'north')).toThrow(
      /does not exist; .* no context north; .* no context north/,
    );
  });
});

describe('the exit code', () => {
  const attempt = { cluster: 'zzzc', verb: 'list', target: 'services' };
  const refused = (code: number) => new KubeApiError(attempt, { code, reason: '', message: 'no' });

  it.each<[Error, number]>([
    [new ConfigError(['bad flag']), 2],
    [new KubeconfigError('no such file'), 2],
    [new TransportError(attempt, 'timeout', 'no answer'), 3],
    [refused(401), 3],
    [refused(403), 1],
    [new Exit(3, ['gone']), 3],
    [new Error('ours'), 1],
  ])('for %s is %i', (error, code) => expect(farewell(error).exitCode).toBe(code));

  it('of several failures is 3 where one is a cluster that was not reached', () => {
    expect(worst([])).toBeUndefined();
    expect(worst([{ exitCode: 1 }])).toBe(1);
    expect(worst([{ exitCode: 1 }, { exitCode: 3 }])).toBe(3);
  });
});

describe('completion', () => {
  const complete = (...words: string[]) =>
    candidates({
      words,
      verbs: ['get', 'export', 'hub'],
      load: async (verb) =>
        verb === 'hub' ? hubCommand('') : verb === 'get' ? getCommand('') : exportCommand(''),
      contexts: async () => ['west', 'east'],
    });

  it.each<[string[], string[]]>([
    [['g'], ['get']],
    [['--h'], ['--help']],
    [
      ['get', ''],
      ['clusters', 'exports', 'imports', 'endpoints'],
    ],
    [['get', '-n', 'prod', 'im'], ['imports']],
    [['get', 'imports', ''], []],
    [
      ['get', 'imports', '--context', ''],
      ['west', 'east'],
    ],
    [['get', 'imports', '--context', 'west', '--hub-context', 'e'], ['east']],
    [['get', 'endpoints', '--names', '-o', 'm'], ['mongodb']],
    [['get', '--clusterset'], ['--clusterset-domain']],
    [['export', ''], ['service']],
    [
      ['export', 'service', 'db', '--dry-run', ''],
      ['client', 'server'],
    ],
    [['get', '-n', ''], []],
    [
      ['hub', ''],
      ['init', 'member', 'invite'],
    ],
    [
      ['hub', '--log-level', 'info', 'i'],
      ['init', 'invite'],
    ],
    [
      ['hub', 'member', 're'],
      ['remove', 'revoke'],
    ],
    [['hub', 'member', 'add', '--ad'], ['--address-ranges']],
    [['hub', 'init', '--context', 'w'], ['west']],
    [['hub', 'member', 'add', ''], []],
  ])('of %j offers %j', async (words, offered) => expect(await complete(...words)).toEqual(offered));
});

test('the program is called as it was started', () => {
  expect(calledAs('/usr/local/bin/kubectl-tombolo')).toBe('kubectl tombolo');
  expect(calledAs('/opt/tombolo/main.js')).toBe('tombolo');
  expect(calledAs(undefined)).toBe('tombolo');
});

test('the next command names the same clusters, in words that a shell takes', () => {
  expect(sameClusters({ context: ['west', "o'neill x"], hubContext: 'hub' })).toBe(
    " --context west --context 'o'\\''neill x' --hub-context hub",
  );
  expect(sameClusters({ kubeconfig: '/tmp/a', context: [] })).toBe(' --kubeconfig /tmp/a');
});

test('a duration that is none is told with its flag', () => {
  expect(milliseconds('--timeout', '15s')).toBe(15_000);
  expect(() => milliseconds('--timeout', 'soon')).toThrow(/^--timeout="soon": is not a duration/);
});

test('flags that would be passed over are refused', () => {
  const given = { context: [], requestTimeout: '15s', clustersetDomain: 'clusterset.local' };
  expect(() => checkFlags('imports', { ...given, names: true })).toThrow(/--names goes with endpoints/);
  expect(() => checkFlags('endpoints', { ...given, names: true, port: 'pg' })).toThrow(/--port goes with/);
  expect(() => checkFlags('clusters', { ...given, allNamespaces: true })).toThrow(/leave -A out/);
  expect(() => checkFlags('endpoints', { ...given, names: true, output: 'etcd', port: 'pg' })).not.toThrow();
});
