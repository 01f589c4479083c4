import { parseArgs } from 'node:util';
import { Progress } from '#test/clusters/progress.ts';
import { MUTANTS, type Mutant } from './list.ts';
import { runSuite } from './suite.ts';
import { spareTree } from './tree.ts';

const USAGE = `usage: npm run mutants [-- NAME...]

Makes the mistakes again that others have shipped, one at a time, in a copy of this tree, and runs the tests that guard
against each: one must fail. First they run as they are, and must pass. Without names all of them are made.
`;

async function main(): Promise<number> {
  const mutants = chosen();
  if (mutants === undefined) return 2;
  const progress = new Progress();
  const tree = await spareTree();
  let caught = 0;
  try {
    const guards = [...new Set(mutants.flatMap((mutant) => mutant.guards))];
    const sane = await progress.during('the guards as they are', {}, () => runSuite(tree.folder, guards));
    if (sane.failed.length > 0 || sane.passed === 0) {
      process.stdout.write(
        `the guards fail without any mutant: ${sane.failed.join('; ') || 'no test ran'}\n`,
      );
      return 1;
    }
    for (const { name, mistake, shipped, guards: files } of mutants) {
      const { failed } = await progress.during(name, {}, () =>
        tree.with(name, () => runSuite(tree.folder, files)),
      );
      if (failed.length > 0) caught++;
      process.stdout.write(`${failed.length > 0 ? 'caught ' : 'ALIVE  '} ${name}: ${mistake} (${shipped})\n`);
      for (const test of failed.slice(0, 3)) process.stdout.write(`        by: ${test}\n`);
      if (failed.length > 3) process.stdout.write(`        and ${failed.length - 3} more\n`);
    }
  } finally {
    tree.remove();
  }
  process.stdout.write(`${caught} of ${mutants.length} caught\n`);
  return caught === mutants.length ? 0 : 1;
}

function chosen(): readonly Mutant[] | undefined {
  try {
    const { positionals } = parseArgs({ allowPositionals: true });
    const unknown = positionals.filter((name) => !MUTANTS.some((mutant) => mutant.name === name));
    if (unknown.length > 0) throw new Error(`there is no mutant ${unknown.join(', ')}`);
    return positionals.length === 0 ? MUTANTS : MUTANTS.filter(({ name }) => positionals.includes(name));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n${USAGE}`);
    return undefined;
  }
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`the mutants failed: ${error instanceof Error ? error.message : error}\n`);
  return 1;
});
