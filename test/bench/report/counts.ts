import { Command } from 'commander';
import type { Benchmark } from '../benchmark.ts';
import { runApart } from './apart.ts';
import { type Counted, countsTable, unlike } from './expected.ts';

/** They wait more than they work. */
const AT_ONCE = 2;
const say = (line: string) => void process.stderr.write(`${line}\n`);

/** `npm run bench -- counts`: everything that is exact, small; fails on a difference of one. */
export function countsCommand(benchmarks: readonly Benchmark[]): Command {
  return new Command('counts')
    .description('runs small whatever counts exactly, and fails where a count is not what it must be')
    .action(async () => {
      const counted: Counted[] = [];
      const left = benchmarks.values();
      const runner = async () => {
        for (const { name, ids, small, exactOf } of left) {
          if (small === undefined) continue;
          const { json, wrong, seconds } = await runApart(name, small, say);
          say(`${name}: ${wrong ?? 'done'}, ${seconds} s`);
          counted.push({ ids, figures: json === '' ? [] : exactOf(json), wrong });
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, runner));
      process.stdout.write(`${countsTable(counted)}\n`);
      if (unlike(counted) > 0) process.exitCode = 1;
    });
}
