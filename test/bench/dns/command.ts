import { Option } from 'commander';
import { between } from '#test/command-line/numbers.ts';
import { benchmark } from '../benchmark.ts';
import { dnsChapter, renderDns } from './chapter.ts';
import type { DnsFigures } from './figures.ts';
import { type DnsOptions, runDns } from './run.ts';

/** B12. */
export const dns = benchmark<DnsFigures, Omit<DnsOptions, 'changes'> & { n: number }>({
  name: 'dns',
  ids: ['B12'],
  quick: ['--n', '30', '--services', '10', '--windows', '4'],
  description: 'when CoreDNS answers with an imported slice, and how fast it answers for the set',
  options: [
    new Option('--n <changes>', 'on each lane').argParser(between(10, 10_000)).default(500),
    new Option('--services <services>', 'of each kind, in each zone').argParser(between(1, 200)).default(50),
    new Option('--windows <windows>', 'of questions, of each kind of name and lane')
      .argParser(between(2, 200))
      .default(20),
    new Option('--concurrency <questions>', 'under way at once').argParser(between(1, 1_000)).default(32),
    new Option('--seed <number>', 'of the order of lanes').argParser(between(0, 2 ** 31)).default(1),
  ],
  run: ({ n: changes, ...rest }, say) => runDns({ ...rest, changes }, say),
  render: renderDns,
  chapter: dnsChapter,
});
