import { Command, InvalidArgumentError, Option } from 'commander';
import { renderFlood } from './flood/figures.ts';
import { runFlood } from './flood/run.ts';
import { renderFootprint } from './footprint/figures.ts';
import { type FootprintOptions, runFootprint } from './footprint/run.ts';
import { renderMemory } from './memory/figures.ts';
import { ENDPOINTS_OF_A_SERVICE } from './memory/records.ts';
import { runMemory } from './memory/run.ts';
import { MOST_CHANGES } from './propagation/addresses.ts';
import { renderFigures } from './propagation/render.ts';
import { type PropagationOptions, runPropagation } from './propagation/run.ts';

const say = (line: string) => void process.stderr.write(`${line}\n`);
const print = (text: string) => void process.stdout.write(`${text}\n`);

function between(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

function multipleOf(step: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value > step && value % step === 0) return value;
    throw new InvalidArgumentError(`It must be a multiple of ${step} and more than that.`);
  };
}

const bench = new Command('bench')
  .description('Measures the product beside the least that could do its work, in one run on one machine.')
  .showHelpAfterError();

bench
  .command('propagation')
  .description('how long an endpoint change takes from one cluster to another, beside two bare relays')
  .addOption(
    new Option('--n <rounds>', 'rounds to keep, one change on every lane each')
      .argParser(between(100, MOST_CHANGES / 4))
      .default(500),
  )
  .addOption(
    new Option('--warm-up <rounds>', 'rounds before that, not counted')
      .argParser(between(0, 2_000))
      .default(300),
  )
  .addOption(
    new Option('--spacing <ms>', 'from one change to the next, at least')
      .argParser(between(20, 10_000))
      .default(100),
  )
  .addOption(
    new Option('--slices <kind>', 'source slices as written for pods, or without targetRef and nodeName')
      .choices(['pods', 'bare'])
      .default('pods'),
  )
  .option('--relays-only', 'without the product: what the rig itself measures here', false)
  .addOption(new Option('--seed <number>', 'of the order of lanes').argParser(between(0, 2 ** 31)).default(1))
  .option('--json', 'print one JSON object', false)
  .action(
    async (
      given: Omit<PropagationOptions, 'rounds' | 'warmUpRounds' | 'spacingMs'> & {
        n: number;
        warmUp: number;
        spacing: number;
        json: boolean;
      },
    ) => {
      const { n: rounds, warmUp: warmUpRounds, spacing: spacingMs, json, ...rest } = given;
      const found = await runPropagation({ ...rest, rounds, warmUpRounds, spacingMs }, say);
      print(json ? JSON.stringify(found) : renderFigures(found));
    },
  );

bench
  .command('memory')
  .description('heap that an importer holds per imported endpoint')
  .addOption(
    new Option('--n <endpoints>', 'imported at last; the first measurement is at a tenth of them')
      .argParser(multipleOf(10 * ENDPOINTS_OF_A_SERVICE))
      .default(100_000),
  )
  .option('--json', 'print one JSON object', false)
  .action(async ({ n, json }: { n: number; json: boolean }) => {
    const found = await runMemory(n, say);
    print(json ? JSON.stringify(found) : renderMemory(found));
  });

bench
  .command('flood')
  .description("how long one exporter's changes take, with and without a flood of another's, in turns")
  .addOption(
    new Option('--n <changes>', 'changes to measure in each condition')
      .argParser(between(100, 10_000))
      .default(300),
  )
  .option('--json', 'print one JSON object', false)
  .action(async ({ n, json }: { n: number; json: boolean }) => {
    const found = await runFlood(n, say);
    print(json ? JSON.stringify(found) : renderFlood(found));
  });

bench
  .command('footprint')
  .description(
    'resident memory of the two programs that have nothing to do, run from the image (npm run image)',
  )
  .option('--image <folder>', 'the OCI image layout', 'dist/image')
  .addOption(
    new Option('--seconds <seconds>', 'how long they are left alone')
      .argParser(between(1, 3_600))
      .default(60),
  )
  .option('--node-flag <flag...>', 'flags of Node, as a chart gives them', [])
  .option('--json', 'print one JSON object', false)
  .action(async ({ json, ...options }: FootprintOptions & { json: boolean }) => {
    const found = await runFootprint(options, say);
    print(json ? JSON.stringify(found) : renderFootprint(found));
  });

try {
  await bench.parseAsync();
} catch (error) {
  say(error instanceof Error ? `bench failed: ${error.message}` : String(error));
  process.exitCode = 1;
}
