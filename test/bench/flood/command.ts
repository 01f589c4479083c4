import { Option } from 'commander';
import { between } from '#test/command-line/numbers.ts';
import { benchmark } from '../benchmark.ts';
import type { FloodFigures } from './figures.ts';
import { renderFlood } from './render.ts';
import { runFlood } from './run.ts';

/** What one exporter does to the changes of others. */
export const flood = benchmark<FloodFigures, { n: number; rate: number; seed: number }>({
  name: 'flood',
  description: "how long one exporter's changes take, with and without a flood of another's, in turns",
  options: [
    new Option('--n <rounds>', 'rounds to keep in each condition, one change on every lane each')
      .argParser(between(100, 2_000))
      .default(200),
    new Option('--rate <changes>', 'that the flooding exporter makes a second')
      .argParser(between(1, 1_000))
      .default(20),
    new Option('--seed <number>', 'of the order of lanes').argParser(between(0, 2 ** 31)).default(1),
  ],
  run: ({ n: rounds, rate: perSecond, seed }, say) => runFlood({ rounds, perSecond, seed }, say),
  render: renderFlood,
});
