import { Option } from 'commander';
import { between } from '#test/command-line/numbers.ts';
import { benchmark } from '../benchmark.ts';
import { type IdleFigures, idleChapter, idleCounts, renderIdle } from './figures.ts';
import { type IdleOptions, runIdle } from './run.ts';

/** B6. */
export const idle = benchmark<IdleFigures, IdleOptions>({
  name: 'idle',
  ids: ['B6'],
  quick: ['--minutes', '1', '--members', '4', '--slices', '100'],
  small: ['--minutes', '1', '--members', '4', '--slices', '100'],
  description: 'what is written and opened anew while nothing happens',
  options: [
    new Option('--minutes <n>', 'of silence').argParser(between(1, 60)).default(10),
    new Option('--members <n>', 'of the set, an even number').argParser(between(4, 100)).default(40),
    new Option('--slices <n>', 'at least').argParser(between(1, 10_000)).default(1_500),
  ],
  run: runIdle,
  render: renderIdle,
  chapter: idleChapter,
  exact: idleCounts,
});
