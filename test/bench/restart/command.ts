import { Option } from 'commander';
import { between, eachBetween } from '#test/command-line/numbers.ts';
import { benchmark } from '../benchmark.ts';
import { type RestartFigures, renderRestart, restartChapter, restartCounts } from './figures.ts';
import { type RestartOptions, runRestart } from './run.ts';

/** B4. */
export const restart = benchmark<RestartFigures[], RestartOptions>({
  name: 'restart',
  ids: ['B4'],
  quick: ['--slices', '200', '--restarts', '1'],
  small: ['--slices', '200', '--restarts', '1'],
  description: 'what a restart of an importer costs where nothing has changed',
  options: [
    new Option('--slices <n,...>', 'imported, at least')
      .argParser(eachBetween(100, 20_000))
      .default([1_500, 6_000]),
    new Option('--restarts <n>', 'of each size').argParser(between(1, 100)).default(5),
    new Option('--every-ms <ms>', 'from one change of the hot slice to the next')
      .argParser(between(20, 10_000))
      .default(200),
  ],
  run: runRestart,
  render: renderRestart,
  chapter: restartChapter,
  exact: restartCounts,
});
