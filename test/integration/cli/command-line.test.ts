import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { PROGRAM, type Ran, started } from '#test/driver/command-line.ts';
import packageJson from '../../../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('../../..', import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tombolo-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A good kubeconfig for a server that nobody runs. */
const kubeconfig = JSON.stringify({
  'current-context': 'west',
  contexts: [{ name: 'west', context: { cluster: 'c', user: 'u' } }],
  clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
  users: [{ name: 'u', user: { token: 'secret' } }],
});

/** Runs `tombolo` as a process of its own, with no variables but these. */
function tombolo(args: string[], env: Record<string, string> = {}, preload?: string): Promise<Ran> {
  const node = [...(preload === undefined ? [] : ['--import', preload]), PROGRAM, ...args];
  return started(process.execPath, node, { env }).ended;
}

describe('a mistake on the command line is said in one line, without a stack, and ends with code 2:', () => {
  const member = ['member', '--cluster-id', 'zzzc'];
  it.each<[string, string[], string]>([
    [
      'an unknown flag',
      [...member, '--foo'],
      "tombolo member: unknown option '--foo'; see tombolo member --help",
    ],
    [
      'a flag that is nearly right',
      ['member', '--cluster-ids', 'a'],
      "tombolo member: unknown option '--cluster-ids' (Did you mean --cluster-id?); see tombolo member --help",
    ],
    [
      'a flag without its value',
      ['member', '--cluster-id'],
      "tombolo member: option '--cluster-id <id>' argument missing; see tombolo member --help",
    ],
    [
      'an unknown verb',
      ['membre'],
      "tombolo: unknown command 'membre' (Did you mean member?); see tombolo --help",
    ],
    [
      'a word too many',
      ['hub', 'zzzc'],
      "tombolo hub: too many arguments for 'hub'. Expected 0 arguments but got 1: zzzc; see tombolo hub --help",
    ],
    [
      'an invalid setting',
      ['member', '--cluster-id', 'zzzc.eu', '--hub-kubeconfig', 'hub'],
      'tombolo member: --cluster-id="zzzc.eu": has a dot; a cluster id is one DNS label, use for example zzzc-eu',
    ],
    [
      'a missing setting',
      member,
      'tombolo member: --hub-kubeconfig is missing: give it, or set TOMBOLO_HUB_KUBECONFIG',
    ],
    [
      'a kubeconfig that does not exist',
      ['hub', '--kubeconfig', '/nowhere/config'],
      'tombolo hub: kubeconfig /nowhere/config does not exist',
    ],
    [
      'no kubeconfig outside a cluster',
      ['hub'],
      'tombolo hub: the in-cluster configuration: KUBERNETES_SERVICE_HOST and _PORT are not set; this is no pod',
    ],
  ])('%s', async (_what, args, line) => {
    const { code, out, err } = await tombolo(args);
    expect({ code, out, err }).toEqual({ code: 2, out: '', err: [line] });
  });

  it('a context that the kubeconfig does not have', async () => {
    const path = join(folder, 'config');
    await writeFile(path, kubeconfig);
    const { code, err } = await tombolo(['hub', '--kubeconfig', path, '--context', 'east']);
    expect([code, err]).toEqual([2, [expect.stringContaining(`${path}: there is no context east`)]]);
  });

  it('a kubeconfig whose user is missing', async () => {
    const path = join(folder, 'no-user');
    await writeFile(path, kubeconfig.replace('"name":"u"', '"name":"somebody-else"'));
    const { code, err } = await tombolo(['hub', '--kubeconfig', path]);
    expect([code, err]).toEqual([
      2,
      [expect.stringMatching(/context west of .*names a user that is missing/)],
    ]);
  });

  it('a kubeconfig that cannot be read', async () => {
    const { code, err } = await tombolo(['hub', '--kubeconfig', folder]);
    expect([code, err]).toEqual([2, [`tombolo hub: kubeconfig ${folder} cannot be read: EISDIR`]]);
  });

  it.each<[string, string | undefined, RegExp]>([
    ['does not exist', undefined, /^tombolo member: kubeconfig \S+ does not exist$/],
    ['is no YAML', '{contexts: [', /^tombolo member: \S+ is not YAML: BAD_INDENT at character 12$/],
    ['is empty', '', /^tombolo member: \S+ is not a kubeconfig: it holds no mapping$/],
  ])("a member's kubeconfig of the hub that %s", async (what, text, line) => {
    const own = join(folder, 'own');
    const hub = join(folder, `hub ${what}`.replaceAll(' ', '-'));
    await writeFile(own, kubeconfig);
    if (text !== undefined) await writeFile(hub, text);
    const { code, err } = await tombolo([...member, '--kubeconfig', own, '--hub-kubeconfig', hub]);
    expect([code, err]).toEqual([2, [expect.stringMatching(line)]]);
    expect(err[0]).toContain(hub);
  });

  it('several at once, each in its own line', async () => {
    const { code, err } = await tombolo(['member'], {
      TOMBOLO_CLUSTER_ID: 'ZZZC',
      TOMBOLO_LOG_LEVEL: 'loud',
    });
    expect(code).toBe(2);
    expect(err).toEqual([
      'tombolo member: TOMBOLO_CLUSTER_ID="ZZZC": has upper-case letters; use zzzc',
      'tombolo member: --hub-kubeconfig is missing: give it, or set TOMBOLO_HUB_KUBECONFIG',
      'tombolo member: TOMBOLO_LOG_LEVEL="loud": is not one of debug, info, warn, error',
    ]);
  });

  it('nothing at all, beside the help', async () => {
    const { code, err } = await tombolo([]);
    expect([code, err.at(-1)]).toEqual([2, 'tombolo: say what to run; see tombolo --help']);
    expect(err).toContain('  member          run the agent of one member cluster');
  });
});

describe('help', () => {
  it.each(['member', 'hub'])('for %s names every flag with its variable and default', async (verb) => {
    const { code, out } = await tombolo([verb, '--help']);
    const text = out.replaceAll(/\s+/g, ' ');
    expect(code).toBe(0);
    expect(text).toContain(
      '--log-level <level> debug, info, warn or error (TOMBOLO_LOG_LEVEL, default info)',
    );
    expect(await tombolo(['help', verb])).toEqual({ code, out, err: [] });
  });

  it.each([
    ['--help'],
    ['member', '--help'],
    ['hub', '--help'],
    ['get', '--help'],
    ['export', '--help'],
    ['status', '--help'],
    ['trace', '--help'],
    ['check', '--help'],
    ['explain', 'TB001'],
    ['gather', '--help'],
    ['version'],
    ['member', '--foo'],
  ])('loads nothing that is slow to load (%s %s)', async (...args) => {
    // A loader hook in the child notes every module that is resolved.
    const hook = join(folder, 'note-modules.mjs');
    await writeFile(
      hook,
      `import { registerHooks } from 'node:module';
         const seen = [];
         registerHooks({ load(url, context, next) { seen.push(url); return next(url, context); } });
         process.on('exit', () => process.stdout.write('\\nMODULES ' + seen.join(' ')));`,
    );
    const { out } = await tombolo(args, {}, hook);
    const modules = out.split('MODULES ')[1]?.split(' ') ?? [];
    expect(modules.some((url) => url.includes('/commander/'))).toBe(true);
    const slow =
      /node_modules\/(@kubernetes|undici|pino|prom-client|p-queue|yaml)\/|src\/(kube|runtime|cache)\/(?!errors)/;
    expect(modules.filter((url) => slow.test(url))).toEqual([]);
  });
});

describe('a running program', () => {
  /** Starts a hub whose API server cannot be reached, and gives its log line by line. */
  async function startHub() {
    const path = join(folder, 'unreachable');
    await writeFile(path, kubeconfig);
    const args = ['src/main.ts', 'hub', '--kubeconfig', path, '--listen', '127.0.0.1:0'];
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    /** The next line with this message. */
    const said = async (message: string): Promise<Record<string, unknown>> => {
      for (;;) {
        const { value, done } = await lines.next();
        if (done) throw new Error(`ended without saying "${message}"`);
        const line = JSON.parse(value);
        if (line.msg === message) return line;
      }
    };
    const ended = once(child, 'exit').then(([code]) => code);
    return { child, said, ended };
  }

  it('serves its health from the start, and ends with code 0 when it is told to stop', async () => {
    const { child, ended, said } = await startHub();
    const serving = await said('serving health and metrics');
    expect(serving).toMatchObject({ level: 'info', logger: 'tombolo.hub' });
    const health = await fetch(`${serving['url']}/healthz`);
    expect(health.status).toBe(200);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('turns debug lines on with SIGUSR2, and off with another', async () => {
    const { child, said, ended } = await startHub();
    await said('serving health and metrics');
    child.kill('SIGUSR2');
    expect(await said('log level changed')).toMatchObject({ logLevel: 'debug' });
    child.kill('SIGUSR2');
    expect(await said('log level changed')).toMatchObject({ logLevel: 'info' });
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  });
});

it('the version is the one of package.json', async () => {
  const ran = await tombolo(['version']);
  const line = `tombolo ${packageJson.version} (commit unknown, node ${process.version})\n`;
  expect(ran).toEqual({ code: 0, out: line, err: [] });
  expect(await tombolo(['--version'])).toEqual(ran);
});

it('the version for programs is one JSON object', async () => {
  const { code, out } = await tombolo(['version', '-o', 'json']);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({
    version: packageJson.version,
    commit: 'unknown',
    node: process.version,
    platform: `${process.platform}/${process.arch}`,
  });
  expect(await tombolo(['version', '-o', 'yaml'])).toMatchObject({
    code: 2,
    err: [expect.stringContaining('Allowed choices are text, json')],
  });
});
