import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Progress } from '#test/clusters/progress.ts';
import { lasting, stepsOf, withOutputs } from './page.ts';
import { startBeginner } from './rig.ts';

const PAGE = join(import.meta.dirname, '../../docs/quickstart.md');

const USAGE = `usage: npm run quickstart [-- --update]

Types docs/quickstart.md as it stands, on a hub and two members whose pods really run, and compares what is said with
what the page shows; ages, addresses and the like aside. --update writes into the page what was said.
`;

async function main(): Promise<number> {
  const update = readOptions();
  if (update === undefined) return 2;
  const progress = new Progress();
  const page = readFileSync(PAGE, 'utf8');
  const steps = stepsOf(page);
  const beginner = await startBeginner(progress);
  const said: string[] = [];
  let different = 0;
  try {
    for (const [index, { title, commands, shown }] of steps.entries()) {
      const what = `${index + 1} of ${steps.length}: ${title}`;
      const heard = await progress.during(what, {}, () => beginner.types(commands));
      said.push(heard);
      if (shown === undefined || update) continue;
      const [expected, actual] = [lasting(shown.join('\n')), lasting(heard)];
      if (expected === actual) continue;
      different++;
      process.stdout.write(`${what}: the page shows something else than what was said\n`);
      process.stdout.write(diffOf(expected, actual));
    }
  } finally {
    await beginner.stop();
  }
  if (update) writeFileSync(PAGE, withOutputs(page, said));
  const shown = steps.filter((step) => step.shown !== undefined).length;
  process.stdout.write(
    `${steps.length} steps typed, ${shown - different} of ${shown} outputs as the page shows them.\n`,
  );
  return different === 0 ? 0 : 1;
}

function diffOf(expected: string, actual: string): string {
  const [before, after] = [expected.split('\n'), actual.split('\n')];
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `  page: ${line}\n`),
    ...after.filter((line) => !before.includes(line)).map((line) => `  said: ${line}\n`),
  ].join('');
}

function readOptions(): boolean | undefined {
  try {
    const { values } = parseArgs({ options: { update: { type: 'boolean', default: false } } });
    return values.update;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n${USAGE}`);
    return undefined;
  }
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`the quick start failed: ${error instanceof Error ? error.message : error}\n`);
  return 1;
});
