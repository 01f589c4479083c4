import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whether there is a `go` to fetch modules with. */
export async function hasGo(): Promise<boolean> {
  try {
    await run('go', ['version']);
    return true;
  } catch {
    return false;
  }
}

/**
 * Fetches one version of a Go module through Go's own cache and gives its folder. Throws when what was
 * fetched is not what `sum` (the h1: hash of a go.sum) says.
 */
export async function fetchModule(module: string, version: string, sum: string): Promise<string> {
  // Outside of any module, so that nobody's go.mod has a say.
  const { stdout } = await run('go', ['mod', 'download', '-json', `${module}@${version}`], {
    cwd: tmpdir(),
  });
  const { Dir, Sum } = JSON.parse(stdout) as { Dir: string; Sum: string };
  if (Sum !== sum) throw new Error(`${module}@${version} has the hash ${Sum}, expected ${sum}`);
  return Dir;
}
