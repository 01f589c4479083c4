import { readFileSync } from 'node:fs';
import * as z from 'zod';

const Position = z.object({ line: z.number(), column: z.number() });

/** What Stryker writes down, as far as it is read here (mutation-testing-report-schema 2). */
const Report = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.string(),
      mutants: z.array(
        z.object({
          mutatorName: z.string(),
          replacement: z.string().optional(),
          status: z.string(),
          location: z.object({ start: Position, end: Position }),
        }),
      ),
    }),
  ),
});

/** A change that was made to the product, and what the tests said to it. */
export interface Mutant {
  /** `controllers/conflict/ports.ts` */
  file: string;
  /** From 1, of the change's beginning. */
  line: number;
  column: number;
  mutator: string;
  was: string;
  became: string;
  /** The whole line, or those that the change spans. */
  context: string;
  status: 'Killed' | 'Timeout' | 'Survived' | 'NoCoverage' | 'RuntimeError' | 'Ignored' | string;
}

export function readReport(path: string): Mutant[] {
  const { files } = Report.parse(JSON.parse(readFileSync(path, 'utf8')));
  return Object.entries(files).flatMap(([file, { source, mutants }]) => {
    const lines = source.split('\n');
    return mutants.map(({ mutatorName, replacement = '', status, location: { start, end } }) => ({
      file,
      line: start.line,
      column: start.column,
      mutator: mutatorName,
      was: textBetween(lines, start, end),
      became: replacement,
      context: lines
        .slice(start.line - 1, end.line)
        .join('\n')
        .trim(),
      status,
    }));
  });
}

type Place = z.infer<typeof Position>;

/** Columns count from 1, and the end is not part of it. */
function textBetween(lines: readonly string[], start: Place, end: Place): string {
  const text = lines.slice(start.line - 1, end.line);
  text[text.length - 1] = (text.at(-1) ?? '').slice(0, end.column - 1);
  text[0] = (text[0] ?? '').slice(start.column - 1);
  return text.join('\n');
}

/** How many mutants came to which end. */
export interface Score {
  killed: number;
  survived: number;
  timeouts: number;
  uncovered: number;
  /** Those that no test can say anything about: the program does not load with them. */
  invalid: number;
  /** Found, of all that could be, in percent. */
  percent: number;
}

export function scoreOf(mutants: readonly Mutant[]): Score {
  const count = (...statuses: string[]) => mutants.filter(({ status }) => statuses.includes(status)).length;
  const killed = count('Killed');
  const timeouts = count('Timeout');
  const survived = count('Survived');
  const uncovered = count('NoCoverage');
  const all = killed + timeouts + survived + uncovered;
  return {
    killed,
    survived,
    timeouts,
    uncovered,
    invalid: mutants.length - all,
    percent: all === 0 ? 0 : (100 * (killed + timeouts)) / all,
  };
}
