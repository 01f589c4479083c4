import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './bundle.ts';

const run = promisify(execFile);

/** What a bundle is made of: a change elsewhere in the tree does not make it another one. */
const SOURCES = ['apis', 'src', 'controllers', 'crds', 'package.json', 'package-lock.json', 'tsconfig.json'];

/** Which state of the sources this is. */
export interface Revision {
  /** The commit, with `-dirty` behind it where the sources differ from it; `unknown` without git. */
  commit: string;
  /** Seconds since 1970: of the commit; 0 without git. */
  time: number;
}

/**
 * Asks git about the tree. SOURCE_DATE_EPOCH, where it is set, is the time (reproducible-builds.org). Rejects where
 * that is no number, or where there is a repository that git does not want to read.
 */
export async function revision(env: Readonly<Record<string, string | undefined>>): Promise<Revision> {
  const epoch = env['SOURCE_DATE_EPOCH'];
  if (epoch !== undefined && !/^\d{1,11}$/.test(epoch)) {
    throw new Error(`SOURCE_DATE_EPOCH is "${epoch}", and should be seconds since 1970`);
  }
  // A tree without git, as from an archive of a release, is built just as well.
  if (!existsSync(join(ROOT, '.git'))) return { commit: 'unknown', time: Number(epoch ?? 0) };
  const [commit = '', time = ''] = (await git('log', '-1', '--format=%H %ct')).split(' ');
  const changed = await git('status', '--porcelain', '--', ...SOURCES);
  return { commit: changed === '' ? commit : `${commit}-dirty`, time: Number(epoch ?? time) };
}

async function git(...args: string[]): Promise<string> {
  try {
    // Somebody may commit meanwhile: looking must not take git's locks.
    const { stdout } = await run('git', ['--no-optional-locks', ...args], { cwd: ROOT });
    return stdout.trim();
  } catch (error) {
    const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    throw new Error(`git ${args[0]} failed: ${text.trim().split('\n')[0]}`, { cause: error });
  }
}
