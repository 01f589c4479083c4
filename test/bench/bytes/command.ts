import { Option } from 'commander';
import { between } from '#test/command-line/numbers.ts';
import { benchmark } from '../benchmark.ts';
import { type BytesFigures, bytesChapter, renderBytes } from './figures.ts';
import { type BytesOptions, runBytes } from './run.ts';

/** B7. */
export const bytes = benchmark<BytesFigures, BytesOptions>({
  name: 'bytes',
  ids: ['B7'],
  quick: ['--endpoints', '500', '--flips', '10'],
  description: 'bytes that one changed endpoint of a large Service costs the hub',
  options: [
    new Option('--endpoints <n>', 'of the Service').argParser(between(1, 5_000)).default(5_000),
    new Option('--flips <n>', 'endpoints that change, one after another')
      .argParser(between(1, 1_000))
      .default(100),
  ],
  run: runBytes,
  render: renderBytes,
  chapter: bytesChapter,
});
