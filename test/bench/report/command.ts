import { Command, InvalidArgumentError, Option } from 'commander';
import type { Benchmark } from '../benchmark.ts';
import { runApart } from './apart.ts';
import { writePage } from './files.ts';
import { keep } from './kept.ts';
import { machineHere, versionsHere } from './measured.ts';

const say = (line: string) => void process.stderr.write(`${line}\n`);

interface AllOptions {
  only?: readonly Benchmark[];
  quick: boolean;
}

/** `npm run bench -- all`: every benchmark of the page, one after the other, and the page from what they found. */
export function allCommand(benchmarks: readonly Benchmark[]): Command {
  const chapters = benchmarks.filter(({ hasChapter }) => hasChapter);
  return new Command('all')
    .description('runs every benchmark of docs/benchmarks.md, and writes that page and its plots after each')
    .addOption(new Option('--only <name,...>', 'these alone, by name or number').argParser(among(chapters)))
    .option(
      '--quick',
      'small runs, to see that all of them work; never kept in place of a whole one’s figures',
      false,
    )
    .action(async ({ only = chapters, quick }: AllOptions) => {
      const failed: string[] = [];
      for (const benchmark of only) {
        say(`--- ${benchmark.name}`);
        const { wrong, seconds } = await measured(benchmark, quick);
        writePage(benchmarks);
        say(`--- ${benchmark.name}: ${wrong ?? 'done'}, ${seconds} s`);
        if (wrong !== undefined) failed.push(`${benchmark.name} (${wrong})`);
      }
      if (failed.length === 0) return;
      say(`failed: ${failed.join(', ')}`);
      process.exitCode = 1;
    });
}

/** `npm run bench -- page`: the page and its pictures anew from the kept figures, where the words around them have changed. */
export function pageCommand(benchmarks: readonly Benchmark[]): Command {
  return new Command('page')
    .description('writes docs/benchmarks.md and its plots anew from the figures that are kept')
    .action(() => writePage(benchmarks));
}

/** Runs one, and keeps what it found also where a count differs. */
async function measured(benchmark: Benchmark, quick: boolean) {
  const date = new Date().toISOString().slice(0, 10);
  const { json, wrong, seconds } = await runApart(benchmark.name, quick ? benchmark.quick : [], say);
  if (json !== '') {
    // A chapter that cannot be made of it would break the page.
    benchmark.chapterOf(json);
    const about = { date, machine: machineHere(), versions: versionsHere(), seconds };
    keep(benchmark.name, { ...about, ...(quick && { quick }), found: JSON.parse(json) });
  }
  return { wrong, seconds };
}

/** A parser of names and numbers of these benchmarks; each is there once, in the order in which they are asked for. */
export function among(benchmarks: readonly Benchmark[]): (text: string) => Benchmark[] {
  return (given) => {
    const wanted = given.split(',').map((word) => {
      const found = benchmarks.find(({ ids, name }) => word === name || ids.includes(word));
      if (found !== undefined) return found;
      throw new InvalidArgumentError(
        `There are ${benchmarks.map(({ ids, name }) => `${name} (${ids.join(', ')})`).join(', ')}.`,
      );
    });
    // B2 and B3 are one run.
    return [...new Set(wanted)];
  };
}
