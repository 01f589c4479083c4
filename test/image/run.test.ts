import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { imageTree, writeTree } from '../../scripts/image/unpack.ts';
import { scratch } from './built.ts';

/** A change of root and a mount that cannot be written to: what a container runtime does, and what takes rights. */
const CAN_CHANGE_ROOT = process.platform === 'linux' && process.arch === 'x64' && process.getuid?.() === 0;

const place = scratch();
const root = join(place.folder, 'root');
beforeAll(async () => {
  mkdirSync(root);
  writeTree(root, await imageTree(inject('layout'), 'amd64'));
});
afterAll(() => place[Symbol.dispose]());

/** Runs in the image as its user, with nothing writable, and no /proc, /dev or /sys. */
const enter = (...args: string[]) => [
  '--mount',
  'sh',
  '-euc',
  'mount --bind "$1" "$1"; mount -o remount,ro,bind "$1"; shift; exec "$@"',
  'enter',
  root,
  'chroot',
  '--userspec=65532:65532',
  root,
  '/usr/bin/node',
  '/app/main.js',
  ...args,
];

function tombolo(...args: string[]) {
  const env = { PATH: process.env['PATH'] };
  const { status, stdout, stderr } = spawnSync('unshare', enter(...args), { encoding: 'utf8', env });
  return { code: status, out: stdout, err: stderr };
}

describe.runIf(CAN_CHANGE_ROOT)('in the image, which cannot be written to,', () => {
  it('nothing can be written, not even to /tmp', () => {
    const script = "require('node:fs').writeFileSync('/tmp/x', '')";
    const args = enter();
    const inImage = [...args.slice(0, args.indexOf('/app/main.js')), '-e', script];
    const { status, stderr } = spawnSync('unshare', inImage, { encoding: 'utf8' });
    expect(status).not.toBe(0);
    expect(stderr).toContain('EROFS');
  });

  it('`tombolo version` says the version and the commit', () => {
    const { code, out, err } = tombolo('version', '-o', 'json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(out)).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      commit: expect.stringMatching(/^[0-9a-f]{40}(-dirty)?$/),
      platform: 'linux/x64',
    });
  });

  it('`tombolo --help` names the verbs', () => {
    expect(tombolo('--help')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/member.*hub.*version/s),
    });
  });

  it('a mistake is said in one line', () => {
    expect(tombolo('member', '--cluster-id', 'No_Label')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^tombolo member: .*cluster-id.*\n/),
    });
  });

  it('an agent starts, serves its health, logs JSON, and stops when it is told to', async () => {
    const kubeconfig = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
      users: [{ name: 'u', user: { token: 'x' } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    };
    mkdirSync(join(root, 'etc/tombolo'));
    writeFileSync(join(root, 'etc/tombolo/kubeconfig'), JSON.stringify(kubeconfig));
    const args = ['hub', '--kubeconfig', '/etc/tombolo/kubeconfig', '--listen', '127.0.0.1:0'];
    const child = spawn('unshare', enter(...args), { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    for await (const text of createInterface({ input: child.stdout })) {
      const line: unknown = JSON.parse(text);
      expect(line).toMatchObject({
        logger: 'tombolo.hub',
        level: expect.any(String),
        ts: expect.any(String),
      });
      const url = text.match(/"url":"([^"]+)"/)?.[1];
      if (url === undefined) continue;
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      expect(await (await fetch(`${url}/metrics`)).text()).toContain('tombolo_build_info');
      child.kill('SIGTERM');
    }
    expect(await ended).toBe(0);
  });
});
