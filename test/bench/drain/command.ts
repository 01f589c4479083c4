import { Option } from 'commander';
import { between, multipleOf } from '#test/command-line/numbers.ts';
import { benchmark } from '../benchmark.ts';
import { type DrainFigures, drainChapter, drainCounts, renderDrain } from './figures.ts';
import { type DrainOptions, runDrain, SERVICES } from './run.ts';

/** B11. */
export const drain = benchmark<DrainFigures, DrainOptions>({
  name: 'drain',
  ids: ['B11'],
  quick: ['--changes', '200', '--slices', '40', '--minutes', '1', '--rounds', '1'],
  small: ['--changes', '400', '--slices', '40', '--minutes', '0', '--rounds', '1'],
  description: 'what is written to the hub when it is back after an outage',
  options: [
    new Option('--changes <n>', 'while it is away').argParser(between(1, 100_000)).default(10_000),
    new Option('--slices <n>', 'that they hit').argParser(multipleOf(SERVICES)).default(200),
    new Option('--minutes <n>', 'of the long outage; 0: as long as the changes take')
      .argParser(between(0, 60))
      .default(10),
    new Option('--rounds <n>', 'short outages, for the times').argParser(between(1, 100)).default(10),
    new Option('--seed <number>', 'of the intervals').argParser(between(0, 2 ** 31)).default(1),
  ],
  run: runDrain,
  render: renderDrain,
  chapter: drainChapter,
  exact: drainCounts,
});
