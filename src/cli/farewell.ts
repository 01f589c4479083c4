import { ConfigError } from '#src/config/error.ts';
import { asError } from '#src/runtime/errors.ts';

/** What a person reads of an error that ended the program, and the exit code: 2 for their mistake, 1 for ours. */
export function farewell(thrown: unknown): { lines: readonly string[]; exitCode: number } {
  if (thrown instanceof ConfigError) return { lines: thrown.lines, exitCode: 2 };
  const error = asError(thrown);
  // By its name: the class lives beside client-node, which a wrong flag must not have to load.
  if (error.name === 'KubeconfigError') return { lines: [error.message], exitCode: 2 };
  return { lines: [error.message.replaceAll('\n', ' ')], exitCode: 1 };
}
