import { Option } from 'commander';
import { between, eachBetween } from '#test/command-line/numbers.ts';
import { benchmark } from '../benchmark.ts';
import {
  type Amplification,
  amplificationChapter,
  amplificationCounts,
  renderAmplification,
} from './figures.ts';
import { type AmplificationOptions, runAmplification } from './run.ts';

/** B2 and B3. */
export const amplification = benchmark<Amplification[], AmplificationOptions>({
  name: 'amplification',
  ids: ['B2', 'B3'],
  quick: ['--changes', '100', '--importers', '1,3'],
  small: ['--changes', '100', '--importers', '2'],
  description: 'writes and reads that one changed endpoint costs, counted from audit logs',
  options: [
    new Option('--changes <n>', 'with each number of importers').argParser(between(1, 1_000)).default(1_000),
    new Option('--importers <n,...>', 'numbers of importers')
      .argParser(eachBetween(1, 20))
      .default([1, 3, 10]),
  ],
  run: runAmplification,
  render: renderAmplification,
  chapter: amplificationChapter,
  exact: amplificationCounts,
});
