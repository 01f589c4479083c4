import { Option } from 'commander';
import { between, multipleOf } from '#test/command-line/numbers.ts';
import { benchmark } from '../benchmark.ts';
import { memoryChapter, renderMemory } from './chapter.ts';
import type { MemoryFigures } from './figures.ts';
import { ENDPOINTS_OF_A_SERVICE } from './records.ts';
import { type MemoryOptions, runMemory } from './run.ts';

const wholeServices = multipleOf(ENDPOINTS_OF_A_SERVICE);

/** B8. */
export const memory = benchmark<MemoryFigures, MemoryOptions>({
  name: 'memory',
  ids: ['B8'],
  quick: ['--sizes', '4000,20000', '--changes', '100'],
  description: 'memory that an importer holds per imported endpoint, and processor time that changes cost it',
  options: [
    new Option('--sizes <endpoints,...>', 'imported, one number after the other')
      .argParser((text) => text.split(',').map(wholeServices))
      .default([10_000, 100_000, 600_000]),
    new Option('--changes <n>', 'of each turn of the importer and of the bare relay, at each size')
      .argParser(between(20, 10_000))
      .default(500),
  ],
  run: runMemory,
  render: renderMemory,
  chapter: memoryChapter,
});
