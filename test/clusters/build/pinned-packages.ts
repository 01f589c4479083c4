import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from './cache.ts';
import { withLock } from './lock.ts';

const run = promisify(execFile);
const PARTS = ['package.json', 'package-lock.json', '.npmrc'];

/**
 * Gives the folder in the cache that `make` has made, once for each lock file, out of npm packages that are no
 * dependencies of the project: a folder of its own pins them. `make` gets that folder with the packages installed,
 * and returns the one to keep, which lies in it or is it.
 *
 * @throws Error where npm cannot fetch them.
 */
export async function outOfPinned(
  pinned: string,
  name: string,
  make: (installed: string) => string | Promise<string>,
): Promise<string> {
  const lock = readFileSync(join(pinned, 'package-lock.json'));
  const digest = createHash('sha256').update(lock).digest('hex').slice(0, 12);
  const target = join(cacheFolder(), 'bin', `${name}-${digest}`);
  if (existsSync(target)) return target;
  mkdirSync(dirname(target), { recursive: true });
  await withLock(`${target}.lock`, async () => {
    if (existsSync(target)) return;
    const draft = mkdtempSync(`${target}.draft-`);
    try {
      const installed = join(draft, 'source');
      mkdirSync(installed);
      for (const part of PARTS) copyFileSync(join(pinned, part), join(installed, part));
      await run('npm', ['ci'], { cwd: installed });
      // In one step: a folder that is there is whole.
      renameSync(await make(installed), target);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  });
  return target;
}
