import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ROOT } from './bundle.ts';

const run = promisify(execFile);

/** What a bundle is made of: a change elsewhere in the tree does not make it another one. */
const SOURCES = ['apis', 'src', 'controllers', 'package.json', 'package-lock.json', 'tsconfig.json'];

/** Which state of the sources this is. */
export interface Revision {
  /** The commit, with `-dirty` behind it where the sources differ from it; `unknown` without git. */
  commit: string;
  /** Seconds since 1970: of the commit; 0 without git. */
  time: number;
}

/** Asks git about the tree. SOURCE_DATE_EPOCH, where it is set, is the time (reproducible-builds.org). */
export async function revision(env: Readonly<Record<string, string | undefined>>): Promise<Revision> {
  const git = async (...args: string[]) => (await run('git', args, { cwd: ROOT })).stdout.trim();
  const epoch = env['SOURCE_DATE_EPOCH'];
  try {
    const [commit = '', time = ''] = (await git('log', '-1', '--format=%H %ct')).split(' ');
    const changed = await git('status', '--porcelain', '--', ...SOURCES);
    return { commit: changed === '' ? commit : `${commit}-dirty`, time: Number(epoch ?? time) };
  } catch {
    // A tree without git, as from an archive of a release, is built just as well.
    return { commit: 'unknown', time: Number(epoch ?? 0) };
  }
}
