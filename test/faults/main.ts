import { Command } from 'commander';
import { startVitest } from 'vitest/node';
import { CATALOGUE, FAULTS } from './frame/catalogue.ts';
import { renderReport, reportOf } from './frame/report.ts';
import { FaultReporter } from './frame/reporter.ts';

const say = (line: string) => void process.stderr.write(`${line}\n`);

/** Runs the tests of the faults that were asked for, or of all, and says what became of each. */
async function main(asked: string[], { json }: { json: boolean }): Promise<void> {
  const unknown = asked.filter((id) => !(id in CATALOGUE));
  if (unknown.length > 0) {
    say(`no such fault: ${unknown.join(', ')}; there are F01 to F40`);
    process.exitCode = 2;
    return;
  }
  const reporter = new FaultReporter(say);
  const only = asked.length > 0 ? { testNamePattern: `(${asked.join('|')}) ` } : {};
  const vitest = await startVitest('test', [], {
    watch: false,
    project: 'faults',
    reporters: [reporter],
    ...only,
  });
  await vitest.close();
  const report = reportOf(reporter.results, asked.length > 0 ? asked : FAULTS);
  process.stdout.write(`${json ? JSON.stringify(report) : renderReport(report)}\n`);
  for (const line of reporter.broken) say(`failed outside of a fault's test: ${line}`);
  process.exitCode = report.passed === report.total && reporter.broken.length === 0 ? 0 : 1;
}

await new Command('faults')
  .description('Tries everything that is known to go wrong, on real API servers, and counts deletes.')
  .argument('[faults...]', 'numbers, such as F05; all unless told')
  .option('--json', 'print one JSON object', false)
  .action(main)
  .showHelpAfterError()
  .parseAsync();
