import { Option } from 'commander';
import { between, eachBetween } from '#test/command-line/numbers.ts';
import { benchmark } from '../benchmark.ts';
import { MOST_CHANGES } from './addresses.ts';
import { propagationChapter } from './chapter.ts';
import type { PropagationFigures } from './figures.ts';
import { renderFigures } from './render.ts';
import { type PropagationOptions, runPropagation } from './run.ts';

type Flags = Omit<PropagationOptions, 'rounds' | 'warmUpRounds' | 'spacingMs'> & {
  n: number;
  warmUp: number;
  spacing: number;
};

/** B1. */
export const propagation = benchmark<PropagationFigures, Flags>({
  name: 'propagation',
  ids: ['B1'],
  quick: ['--n', '100', '--warm-up', '20', '--rtt', '0,20'],
  description: 'how long an endpoint change takes from one cluster to another, beside bare relays',
  options: [
    new Option('--n <rounds>', 'rounds to keep, one change on every lane each')
      .argParser(between(100, MOST_CHANGES / 4))
      .default(2_000),
    new Option('--warm-up <rounds>', 'rounds before that, not counted')
      .argParser(between(0, 2_000))
      .default(300),
    new Option('--spacing <ms>', 'from one change to the next, at least')
      .argParser(between(20, 10_000))
      .default(100),
    new Option('--rtt <ms,...>', 'to the hub and back: the second and further ones with at most 200 rounds')
      .argParser(eachBetween(0, 1_000))
      .default([0, 20, 100]),
    new Option('--slices <kind>', 'source slices as written for pods, or without targetRef and nodeName')
      .choices(['pods', 'bare'])
      .default('pods'),
    new Option('--relays-only', 'without the product: what the rig itself measures here').default(false),
    new Option('--seed <number>', 'of the order of lanes').argParser(between(0, 2 ** 31)).default(1),
  ],
  run: ({ n: rounds, warmUp: warmUpRounds, spacing: spacingMs, ...rest }, say) =>
    runPropagation({ ...rest, rounds, warmUpRounds, spacingMs }, say),
  render: renderFigures,
  chapter: propagationChapter,
});
