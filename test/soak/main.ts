import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { svgOf } from '#test/bench/report/svg.ts';
import { between } from '#test/command-line/numbers.ts';
import { plotsOf } from './plots.ts';
import { readRecording } from './recording.ts';
import { judge, printed } from './result.ts';
import { livesIn } from './series.ts';
import { soak } from './soak.ts';

const say = (line: string) => void process.stderr.write(`${line}\n`);

function hours(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 1_000) return value;
  throw new InvalidArgumentError('It must be a number of hours.');
}

const command = new Command('soak')
  .description(
    'Lets a hub and three members, all of them processes, live for hours with churn, faults and restarts, and looks for what grows.',
  )
  .addOption(new Option('--hours <hours>', 'how long').argParser(hours).default(2))
  .addOption(
    new Option('--seed <number>', 'of the first history; the others follow it')
      .argParser(between(0, 2 ** 31))
      .default(1),
  )
  .option('--out <folder>', 'for everything that is measured', join('.tombolo', 'soak'))
  .option(
    '--again',
    'run nothing: judge and plot what the folder holds, of a soak that ended early say',
    false,
  )
  .option('--json', 'print one JSON object', false)
  .showHelpAfterError();

interface Options {
  hours: number;
  seed: number;
  out: string;
  again: boolean;
  json: boolean;
}

async function main({ json, again, ...options }: Options): Promise<void> {
  const soaked = again ? readRecording(options.out) : await soak(options, say);
  const result = judge(soaked);
  const write = (name: string, text: string) => writeFileSync(join(options.out, name), text);
  for (const [figure, plot] of plotsOf(livesIn(soaked.samples))) write(`${figure}.svg`, svgOf(plot));
  write('result.json', `${JSON.stringify(result, undefined, 2)}\n`);
  say(`everything measured is in ${options.out}`);
  process.stdout.write(`${json ? JSON.stringify(result) : printed(result)}\n`);
  process.exitCode = result.passed ? 0 : 1;
}

command.action(main);
try {
  await command.parseAsync();
} catch (error) {
  say(error instanceof Error ? `soak failed: ${error.stack}` : String(error));
  say('what was measured until then is judged with --again');
  process.exitCode = 1;
}
// Everything is closed. Node's own end may turn in a circle for ever where thousands of connections were reset.
process.exit();
