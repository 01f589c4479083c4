import { Option } from 'commander';
import { between, eachBetween } from '#test/command-line/numbers.ts';
import { benchmark } from '../benchmark.ts';
import { type RollingFigures, renderRolling, rollingChapter } from './figures.ts';
import { type RollingOptions, runRolling } from './run.ts';

/** B5. */
export const rolling = benchmark<RollingFigures, Omit<RollingOptions, 'rounds'> & { n: number }>({
  name: 'rolling',
  ids: ['B5'],
  quick: ['--n', '1', '--services', '20', '--updates', '5', '--rtt', '0,20'],
  description:
    'what many Services that roll at once cost and how far behind an importer is, beside bare replays',
  options: [
    new Option('--n <rounds>', 'rounds to keep at each distance, one roll of every lane each')
      .argParser(between(1, 50))
      .default(4),
    new Option('--services <services>', 'that roll at once').argParser(between(10, 1_000)).default(500),
    new Option('--updates <updates>', 'of each slice in a roll').argParser(between(1, 100)).default(20),
    new Option('--rtt <ms,…>', 'to the hub and back').argParser(eachBetween(0, 1_000)).default([0, 50]),
    new Option('--rate <changes>', 'a second over all Services, at most').argParser(between(1, 10_000)),
    new Option('--seed <number>', 'of the order of lanes').argParser(between(0, 2 ** 31)).default(1),
  ],
  run: ({ n: rounds, ...rest }, say) => runRolling({ ...rest, rounds }, say),
  render: renderRolling,
  chapter: rollingChapter,
});
