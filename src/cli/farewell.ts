import { ConfigError } from '#src/config/error.ts';
import { asError } from '#src/runtime/errors.ts';
import { Exit } from './exit.ts';

/**
 * What a person reads of an error that ended the program, and the exit code: 2 for their mistake, 3 where an API
 * server could not be reached or did not know the caller, 1 for all else.
 */
export function farewell(thrown: unknown): { lines: readonly string[]; exitCode: number } {
  if (thrown instanceof ConfigError) return { lines: thrown.lines, exitCode: 2 };
  if (thrown instanceof Exit) return thrown;
  const error = asError(thrown);
  return { lines: [error.message.replaceAll('\n', ' ')], exitCode: exitCodeOf(error) };
}

/** By names: the classes live beside client-node, which a wrong flag must not have to load. */
function exitCodeOf(error: Error): 1 | 2 | 3 {
  if (error.name === 'KubeconfigError') return 2;
  if (error.name === 'TransportError') return 3;
  return 'code' in error && error.code === 401 ? 3 : 1;
}
