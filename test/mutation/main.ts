import { Command } from 'commander';
import { reasonFor } from './explained.ts';
import { type Mutant, scoreOf } from './report.ts';
import { testMutants } from './tester.ts';

/** Below that share of mutants found the command fails. */
const LEAST_PERCENT = 90;

const command = new Command('mutation')
  .description(
    'Changes controllers/conflict and controllers/endpoints in every place, one at a time: a unit test must fail each time.',
  )
  .argument('[files...]', 'only these, such as controllers/conflict/ports.ts')
  .option('--json', 'print one JSON object', false)
  .showHelpAfterError();

async function main(files: string[], { json }: { json: boolean }): Promise<void> {
  const mutants = await testMutants(files);
  const score = scoreOf(mutants);
  const alive = mutants.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
  const unexplained = alive.filter((mutant) => reasonFor(mutant) === undefined);
  if (json) {
    const survivors = alive.map((mutant) => ({ ...mutant, reason: reasonFor(mutant) }));
    process.stdout.write(`${JSON.stringify({ ...score, unexplained: unexplained.length, survivors })}\n`);
  } else {
    for (const mutant of alive) process.stdout.write(`${told(mutant)}\n`);
    const { percent, killed, survived, timeouts, uncovered } = score;
    process.stdout.write(
      `score ${percent.toFixed(1)} %: ${killed} killed, ${survived} survived, ${timeouts} timeouts, ` +
        `${uncovered} without coverage; ${unexplained.length} of the survivors not explained\n`,
    );
  }
  process.exitCode = score.percent >= LEAST_PERCENT && unexplained.length === 0 ? 0 : 1;
}

function told(mutant: Mutant): string {
  const { file, line, column, mutator, was, became } = mutant;
  return [
    `${file}:${line}:${column} ${mutator}`,
    `  - ${was.replaceAll('\n', '\n    ')}`,
    `  + ${became.replaceAll('\n', '\n    ')}`,
    `  ${reasonFor(mutant) ?? 'NOT EXPLAINED'}`,
  ].join('\n');
}

command.action(main);
try {
  await command.parseAsync();
} catch (error) {
  process.stderr.write(`mutation failed: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
