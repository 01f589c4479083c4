import { Option } from 'commander';
import { between } from '#test/command-line/numbers.ts';
import { benchmark } from '../benchmark.ts';
import { type Footprint, renderFootprint } from './figures.ts';
import { type FootprintOptions, runFootprint } from './run.ts';

/** What the image's page tells. */
export const footprint = benchmark<Footprint[], FootprintOptions>({
  name: 'footprint',
  description:
    'resident memory of the two programs that have nothing to do, run from the image (npm run image)',
  options: [
    new Option('--image <folder>', 'the OCI image layout').default('dist/image'),
    new Option('--seconds <seconds>', 'how long they are left alone')
      .argParser(between(1, 3_600))
      .default(60),
    new Option('--node-flag <flag...>', 'flags of Node, as a chart gives them').default([]),
  ],
  run: runFootprint,
  render: renderFootprint,
});
