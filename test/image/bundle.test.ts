import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundle } from '../../scripts/bundle/bundle.ts';
import { scratch } from './built.ts';

const place = scratch();
let built: Bundle;
beforeAll(async () => {
  built = await bundle('unknown');
  for (const [name, content] of built.files) writeFileSync(join(place.folder, name), content);
});
afterAll(() => place[Symbol.dispose]());

function run(main: string, args: readonly string[]) {
  const env = { PATH: process.env['PATH'], HOME: '/nonexistent' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', env });
  return { code: status, out: stdout, err: stderr };
}

describe('the bundle says the same as the sources:', () => {
  it.each([
    [[]],
    [['--help']],
    [['version']],
    [['member', '--help']],
    [['hub', '--help']],
    [['membr']],
    [['member', '--foo']],
    [['member']],
    [['member', '--cluster-id', 'No_Label', '--lease-interval', 'soon', '--listen', 'x']],
    [['hub', '--kubeconfig', '/nonexistent/kubeconfig']],
    [['hub', '--log-level', 'loud']],
    // The CRDs and all else that it installs are in it.
    [['hub', 'init', '--dry-run=client', '-o', 'yaml']],
    [['hub', 'member', 'add', 'zzzc', '--dry-run=client', '-o', 'json']],
  ])('tombolo %j', (args) => {
    const sources = run('src/main.ts', args);
    expect(run(join(place.folder, 'main.js'), args)).toEqual(sources);
    expect(sources.out + sources.err).not.toBe('');
  });
});

it('`version` and `--help` load a twentieth of it', () => {
  const outputs = new Map(
    Object.entries(built.metafile.outputs).map(([path, output]) => [path.replace(/^out\//, ''), output]),
  );
  const loaded = new Set<string>();
  const load = (name: string) => {
    if (loaded.has(name)) return;
    loaded.add(name);
    for (const { path, kind, external } of outputs.get(name)?.imports ?? []) {
      if (kind === 'import-statement' && external !== true) load(path.replace(/^out\//, ''));
    }
  };
  load('main.js');
  for (const name of outputs.keys()) if (/^version-\w+\.js$/.test(name)) load(name);
  const size = (names: Iterable<string>) =>
    [...names].reduce((sum, name) => sum + (outputs.get(name)?.bytes ?? 0), 0);
  expect(loaded.size).toBeGreaterThan(2);
  expect(size(loaded)).toBeLessThan(size(built.files.keys()) / 20);
});

it('is the same, byte for byte, when it is made again', async () => {
  const again = await bundle('unknown');
  expect([...again.files]).toEqual([...built.files]);
});

it('keeps the names of functions, which stacks in logs are read by', () => {
  const text = [...built.files.values()].map((content) => Buffer.from(content).toString()).join('\n');
  expect(text).toMatch(/function runMember\(/);
});
