import { Command, type Option } from 'commander';
import type { Chapter, Figure } from './report/chapter.ts';
import { missed } from './report/missed.ts';

/** One benchmark: how it is called, what it measures, and how that is told. */
export interface BenchmarkSpec<Found, Options> {
  /** What follows `npm run bench --`. */
  name: string;
  description: string;
  /** `B1` to `B12`, as many as it answers; none where it is not a chapter of the page. */
  ids?: readonly string[];
  /** Flags for a run of a minute or two that shows no more than that everything works. */
  quick?: readonly string[];
  /** Flags for a run of a minute that counts what a large one counts; where `exact` is. */
  small?: readonly string[];
  /** Flags; their long names are the names in Options. */
  options: readonly Option[];
  run(options: Options, say: (line: string) => void): Promise<Found>;
  /** As a terminal shows it. */
  render(found: Found): string;
  /** As the page of benchmarks shows it; none where it is not one of its chapters. */
  chapter?(found: Found): Chapter;
  /** Counts: a difference of one fails the run. */
  exact?(found: Found): readonly Figure[];
}

/** A benchmark with what it measures hidden inside: all of them in one list. */
export interface Benchmark {
  readonly name: string;
  readonly ids: readonly string[];
  readonly quick: readonly string[];
  /** None where nothing of it is exact. */
  readonly small: readonly string[] | undefined;
  /** Whether docs/benchmarks.md tells of it. */
  readonly hasChapter: boolean;
  command(): Command;
  /** The chapter that tells what a run with `--json` has printed; undefined where it has none. */
  chapterOf(json: string): Chapter | undefined;
  /** The exact figures of such a run. */
  exactOf(json: string): readonly Figure[];
}

const say = (line: string) => void process.stderr.write(`${line}\n`);

/** Makes a subcommand of it: figures go to standard output, as JSON with --json, progress to standard error. */
export function benchmark<Found, Options>(spec: BenchmarkSpec<Found, Options>): Benchmark {
  return {
    name: spec.name,
    ids: spec.ids ?? [],
    quick: spec.quick ?? [],
    small: spec.small,
    hasChapter: spec.chapter !== undefined,
    command() {
      const command = new Command(spec.name).description(spec.description);
      for (const option of spec.options) command.addOption(option);
      return command
        .option('--json', 'print one JSON object', false)
        .action(async ({ json, ...options }: Options & { json: boolean }) => {
          // What is left of the flags is what the specification's own options make.
          const found = await spec.run(options as Options, say);
          process.stdout.write(`${json ? JSON.stringify(found) : spec.render(found)}\n`);
          for (const line of missed(spec.exact?.(found) ?? [])) {
            say(`${spec.name}: ${line}`);
            process.exitCode = 1;
          }
        });
    },
    chapterOf: (json) => spec.chapter?.(JSON.parse(json)),
    exactOf: (json) => spec.exact?.(JSON.parse(json)) ?? [],
  };
}
