import { Command } from 'commander';
import { BENCHMARKS } from './list.ts';
import { allCommand, pageCommand } from './report/command.ts';
import { countsCommand } from './report/counts.ts';

const bench = new Command('bench')
  .description('Measures the product beside the least that could do its work, in one run on one machine.')
  .showHelpAfterError();
for (const one of BENCHMARKS) bench.addCommand(one.command());
bench.addCommand(allCommand(BENCHMARKS));
bench.addCommand(pageCommand(BENCHMARKS));
bench.addCommand(countsCommand(BENCHMARKS));

try {
  await bench.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? `bench failed: ${error.message}` : String(error)}\n`);
  process.exitCode = 1;
}
