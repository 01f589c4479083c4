import { Command, InvalidArgumentError, Option } from 'commander';
import { fuzz } from './run.ts';

const whole = (text: string): number => {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError('It must be a whole number.');
};

const program = new Command('fuzz')
  .description('Has member agents read hostile records, and looks at all that they write.')
  .addOption(new Option('--records <number>', 'hostile records to read').argParser(whole).default(1_000_000))
  .addOption(new Option('--seed <number>', 'repeats a run').argParser(whole))
  .showHelpAfterError()
  .action(async ({ records, seed }: { records: number; seed?: number }) => {
    const say = (line: string) => void process.stderr.write(`${line}\n`);
    const found = await fuzz(records, { ...(seed !== undefined && { seed }), say });
    process.stdout.write(
      `${found.records} hostile records, ${found.writes} writes within the allowed cells, ${found.refusedLists} lists refused: 0 crashes, 0 other writes\n`,
    );
  });

await program.parseAsync();
