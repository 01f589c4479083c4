import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { outOfPinned } from '#test/clusters/build/pinned-packages.ts';
import { Progress } from '#test/clusters/progress.ts';
import { spareTree } from '#test/mutants/tree.ts';
import { type Mutant, readReport } from './report.ts';

const PACKAGES = join(import.meta.dirname, 'packages');
const TESTER = 'node_modules/@stryker-mutator/core/bin/stryker.js';

/**
 * Changes the product in a copy of the tree, one place at a time, and runs the unit tests that come by there; for these
 * files, or all that stryker.json names. It says on stderr how far it is.
 *
 * @throws Error where the tests fail as they are, or the tester gives no report.
 */
export async function testMutants(files: readonly string[]): Promise<Mutant[]> {
  const packages = await new Progress().during('fetch the mutation tester', { usualMs: 30_000 }, () =>
    outOfPinned(PACKAGES, 'mutation', (installed) => installed),
  );
  const tree = await spareTree(join(packages, 'node_modules'));
  try {
    const only = files.length > 0 ? ['--mutate', files.join(',')] : [];
    await ended([TESTER, 'run', 'test/mutation/stryker.json', ...only], tree.folder);
    const report = join(tree.folder, 'mutation.json');
    if (!existsSync(report)) throw new Error('the mutation tester gave no report: see its lines above');
    return readReport(report);
  } finally {
    tree.remove();
  }
}

/** Its own score has no say: whatever it ends with, the report counts. */
function ended(args: readonly string[], cwd: string): Promise<void> {
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', process.stderr, process.stderr] });
  const stop = () => child.kill();
  // Whoever ends this process ends the tester with it, and the copy of the tree goes as ever.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve());
  });
}
