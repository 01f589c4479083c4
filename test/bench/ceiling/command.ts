import { Option } from 'commander';
import { between, eachBetween } from '#test/command-line/numbers.ts';
import { benchmark } from '../benchmark.ts';
import { ceilingChapter, renderCeiling } from './chapter.ts';
import type { Ceilings } from './figures.ts';
import { runCeiling } from './run.ts';

interface Flags {
  clusters: number[];
  services: number;
  slice: number;
  rate: number;
  seconds: number;
  seed: number;
}

/** B10. */
export const ceiling = benchmark<Ceilings, Flags>({
  name: 'ceiling',
  ids: ['B10'],
  quick: ['--clusters', '10,20', '--services', '10', '--seconds', '10'],
  description: 'what one importer takes from many publishing clusters, beside a bare relay',
  options: [
    new Option('--clusters <clusters,...>', 'that publish; further numbers with as many endpoints in all')
      .argParser(eachBetween(1, 1_000))
      .default([250, 511]),
    new Option('--services <services>', 'that each of the first number exports, with one slice each')
      .argParser(between(1, 1_000))
      .default(100),
    new Option('--slice <endpoints>', 'in each slice').argParser(between(1, 100)).default(10),
    new Option('--rate <changes>', 'a second, over all clusters').argParser(between(1, 10_000)).default(325),
    new Option('--seconds <seconds>', 'of the steady rate, for each lane')
      .argParser(between(10, 3_600))
      .default(180),
    new Option('--seed <number>', 'of the order of lanes and changes')
      .argParser(between(0, 2 ** 31))
      .default(1),
  ],
  run: ({ slice: sliceSize, ...rest }, say) => runCeiling({ ...rest, sliceSize }, say),
  render: renderCeiling,
  chapter: ceilingChapter,
});
