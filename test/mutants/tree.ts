import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');

/** A copy of the tree that a patch may spoil. */
export interface SpareTree {
  readonly folder: string;
  /** Applies a patch, runs `work`, and takes the patch back. Rejects where it does not apply. */
  with<T>(patch: string, work: () => Promise<T>): Promise<T>;
  remove(): void;
}

/** Copies what git knows of the tree, and what it would take in, into a temporary folder; with these packages. */
export async function spareTree(packages = join(ROOT, 'node_modules')): Promise<SpareTree> {
  const { stdout } = await run('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
    cwd: ROOT,
    maxBuffer: 1 << 24,
  });
  const folder = mkdtempSync(join(tmpdir(), 'tombolo-mutants-'));
  // git goes on to name what was deleted and not yet committed.
  for (const path of stdout.split('\0').filter((each) => each !== '' && existsSync(join(ROOT, each)))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(ROOT, path), join(folder, path));
  }
  symlinkSync(packages, join(folder, 'node_modules'));
  // A repository of its own, or git would look for one further up.
  await run('git', ['init', '-q'], { cwd: folder });
  const apply = (patch: string, ...flags: string[]) =>
    run('git', ['apply', ...flags, patchFile(patch)], { cwd: folder });
  return {
    folder,
    async with(patch, work) {
      await apply(patch);
      try {
        return await work();
      } finally {
        await apply(patch, '--reverse');
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Rejects with git's words unless the patch applies to the tree as it is. */
export async function checkPatch(patch: string): Promise<void> {
  await run('git', ['apply', '--check', patchFile(patch)], { cwd: ROOT });
}

function patchFile(patch: string): string {
  return join(import.meta.dirname, 'patches', `${patch}.patch`);
}
