import { Option } from 'commander';
import { between, eachBetween } from '#test/command-line/numbers.ts';
import { benchmark } from '../benchmark.ts';
import { type HerdFigures, herdChapter, renderHerd } from './figures.ts';
import { type HerdOptions, runHerd } from './run.ts';

/** B9. */
export const herd = benchmark<HerdFigures, Omit<HerdOptions, 'rounds'> & { n: number }>({
  name: 'herd',
  ids: ['B9'],
  quick: ['--agents', '10', '--services', '4', '--n', '1'],
  description: 'what many agents ask of a hub that all of them have lost at once',
  options: [
    new Option('--agents <agents,…>', 'how many there are, one herd after the other')
      .argParser(eachBetween(1, 1_000))
      .default([40, 250]),
    new Option('--services <services>', 'on the hub, of 25 slices each')
      .argParser(between(1, 400))
      .default(60),
    new Option('--n <times>', 'that each herd loses the hub in each way')
      .argParser(between(1, 20))
      .default(3),
  ],
  run: ({ n: rounds, ...rest }, say) => runHerd({ ...rest, rounds }, say),
  render: renderHerd,
  chapter: herdChapter,
});
