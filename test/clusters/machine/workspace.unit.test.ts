import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processStart } from './owner.ts';
import { FIRST_PORT, PortBlock } from './ports.ts';
import { sweep } from './sweep.ts';
import { until } from './until.ts';
import { Workspace } from './workspace.ts';

/** A script that owns a workspace, starts one program in it, says so, and then does what `ending` says. */
function ownerScript(root: string, ending: string): string {
  const module = join(import.meta.dirname, 'workspace.ts');
  return `
    const { Workspace } = await import(${JSON.stringify(module)});
    const workspace = Workspace.create({ root: ${JSON.stringify(root)} });
    const program = await workspace.launch({ name: 'sleeper', command: 'sleep', args: ['600'] });
    console.log(JSON.stringify({ folder: workspace.folder, pid: program.pid }));
    ${ending}`;
}

const STAY = 'await new Promise((resolve) => setTimeout(resolve, 600_000));';

interface Owned {
  folder: string;
  pid: number;
}

function readOwned(line: string): Owned {
  return JSON.parse(line) as Owned;
}

describe('Workspace', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'workspace-test-'));
  });
  afterEach(() => {
    sweep(root, { kept: true });
    rmSync(root, { recursive: true });
  });

  it('ends its programs and removes its folder on close', async () => {
    const workspace = Workspace.create({ root });
    const program = await workspace.launch({ name: 'sleeper', command: 'sleep', args: ['600'] });
    expect(processStart(program.pid)).toBe(program.start);
    await workspace.close();
    expect(processStart(program.pid)).toBeUndefined();
    expect(existsSync(workspace.folder)).toBe(false);
  });

  it('ends programs that ignore SIGTERM or are stopped', async () => {
    const workspace = Workspace.create({ root });
    const args = ['-c', "trap '' TERM; while :; do sleep 0.1; done"];
    const deaf = await workspace.launch({ name: 'deaf', command: 'sh', args });
    const paused = await workspace.launch({ name: 'paused', command: 'sleep', args: ['600'] });
    paused.signal('SIGSTOP');
    await paused.stop(10_000);
    expect(processStart(paused.pid)).toBeUndefined();
    await deaf.stop(100);
    expect(processStart(deaf.pid)).toBeUndefined();
    await workspace.close();
  });

  it('runs what was deferred, last first, and says when some of it failed', async () => {
    const workspace = Workspace.create({ root });
    const done: string[] = [];
    workspace.defer(async () => void done.push('first'));
    workspace.defer(async () => {
      throw new Error('no');
    });
    workspace.defer(async () => void done.push('last'));
    await expect(workspace.close()).rejects.toThrow(AggregateError);
    expect(done).toEqual(['last', 'first']);
    expect(existsSync(workspace.folder)).toBe(false);
  });

  it('refuses to start programs once it is closed', async () => {
    const workspace = Workspace.create({ root });
    await workspace.close();
    await expect(workspace.launch({ name: 'late', command: 'sleep', args: ['1'] })).rejects.toThrow('closed');
  });

  it('says what a program printed last when it ends instead of becoming ready', async () => {
    const workspace = Workspace.create({ root });
    const args = ['-c', 'echo bad flag >&2; exit 3'];
    const program = await workspace.launch({ name: 'broken', command: 'sh', args });
    await expect(program.ready(async () => false)).rejects.toThrow(
      /broken becomes ready.*exit code 3.*\nbad flag/s,
    );
    await workspace.close();
  });

  it.each([
    ['ends without closing it', ''],
    ['throws', 'throw new Error("uncaught");'],
    ['exits', 'process.exit(7);'],
    [
      'is interrupted',
      "process.kill(process.pid, 'SIGINT'); await new Promise(() => setTimeout(() => {}, 9_000));",
    ],
    [
      'is terminated',
      "process.kill(process.pid, 'SIGTERM'); await new Promise(() => setTimeout(() => {}, 9_000));",
    ],
  ])('leaves nothing when its owner %s', (_, ending) => {
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', ownerScript(root, ending)], {
      encoding: 'utf8',
    });
    const { folder, pid } = readOwned(stdout);
    expect(processStart(pid)).toBeUndefined();
    expect(existsSync(folder)).toBe(false);
  });

  it('ends what an owner left that was killed, and leaves the clusters of a living owner alone', async () => {
    const owners = [1, 2].map(() =>
      spawn(process.execPath, ['--input-type=module', '-e', ownerScript(root, STAY)]),
    );
    const [dead, living] = await Promise.all(
      owners.map(async (owner) => {
        const [line] = (await new Promise<Buffer>((resolve) => owner.stdout.once('data', resolve)))
          .toString()
          .split('\n');
        return { owner, ...readOwned(line ?? '') };
      }),
    );
    if (dead === undefined || living === undefined) throw new Error('two owners were started');
    dead.owner.kill('SIGKILL');
    await until('the owner is gone', () => processStart(dead.owner.pid ?? 0) === undefined);
    expect(processStart(dead.pid)).toBeDefined();

    const next = Workspace.create({ root });
    expect(processStart(dead.pid)).toBeUndefined();
    expect(existsSync(dead.folder)).toBe(false);
    expect(processStart(living.pid)).toBeDefined();
    expect(existsSync(living.folder)).toBe(true);

    living.owner.kill('SIGTERM');
    await until('the other owner has cleaned up', () => !existsSync(living.folder));
    await next.close();
  });

  it('does not kill a later process that has the number of a recorded one', async () => {
    const workspace = Workspace.create({ root });
    const innocent = spawn('sleep', ['600']);
    const record = { name: 'earlier', pid: innocent.pid, start: 'another time' };
    writeFileSync(workspace.file('processes'), `${JSON.stringify(record)}\n`);
    await workspace.close();
    expect(processStart(innocent.pid ?? 0)).toBeDefined();
    innocent.kill('SIGKILL');
  });

  it('keeps what its owner wants kept until somebody cleans', async () => {
    const { stdout } = spawnSync(
      'node',
      ['--input-type=module', '-e', ownerScript(root, 'workspace.keep();')],
      {
        encoding: 'utf8',
      },
    );
    const { folder, pid } = readOwned(stdout);
    expect(sweep(root)).toEqual([]);
    expect(processStart(pid)).toBeDefined();
    expect(sweep(root, { kept: true })).toEqual([folder]);
    expect(processStart(pid)).toBeUndefined();
    expect(existsSync(folder)).toBe(false);
  });

  it('gives two workspaces different ports', async () => {
    const [a, b] = [Workspace.create({ root }), Workspace.create({ root })];
    const ports = await Promise.all([a.port(), a.port(), b.port(), b.port()]);
    expect(new Set(ports).size).toBe(4);
    await Promise.all([a.close(), b.close()]);
  });

  it('writes files that only its owner can read', async () => {
    const workspace = Workspace.create({ root });
    const path = workspace.write('key', 'secret');
    expect(readFileSync(path, 'utf8')).toBe('secret');
    expect(spawnSync('stat', ['-c', '%a', path], { encoding: 'utf8' }).stdout.trim()).toBe('600');
    await workspace.close();
  });
});

describe('PortBlock', () => {
  it('passes over a port that somebody listens on', async () => {
    // A test set that runs at the same time may have this block: that only moves the numbers.
    const probe = await new PortBlock(119).take();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(probe, '127.0.0.1', resolve));
    expect(await new PortBlock(119).take()).toBeGreaterThan(probe);
    await new Promise((resolve) => server.close(resolve));
    expect(probe).toBeGreaterThanOrEqual(FIRST_PORT);
  });
});
