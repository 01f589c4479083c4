import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

export interface RunOptions {
  /** Given to the program, then closed. */
  stdin?: string;
  /** The file that it reads as its standard input. */
  stdinFile?: string;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Called with pieces of what it prints, on either output. */
  onOutput?: (text: string) => void;
}

const CHARACTERS_SHOWN = 1_500;

/** Runs a program to its end and gives what it printed. @throws Error with its last words when it fails. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { stdin, stdinFile, cwd, env, onOutput } = options;
  const input = stdinFile === undefined ? undefined : openSync(stdinFile, 'r');
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        stdio: [input ?? (stdin === undefined ? 'ignore' : 'pipe'), 'pipe', 'pipe'],
        ...(cwd === undefined ? {} : { cwd }),
        ...(env === undefined ? {} : { env }),
      });
      let [stdout, stderr] = ['', ''];
      child.stdout?.on('data', (chunk: Buffer) => {
        stdout += chunk;
        onOutput?.(String(chunk));
      });
      child.stderr?.on('data', (chunk: Buffer) => {
        stderr += chunk;
        onOutput?.(String(chunk));
      });
      child.once('error', (error) => reject(new Error(`run ${command}: ${error.message}`, { cause: error })));
      child.once('close', (code, signal) => {
        if (code === 0) resolve(stdout);
        else {
          const words = (stderr.trim() || stdout.trim()).slice(-CHARACTERS_SHOWN);
          reject(new Error(`${[command, ...args].join(' ')}: ended with ${signal ?? code}: ${words}`));
        }
      });
      // A program that ends without reading all is judged by its exit code.
      child.stdin?.on('error', () => {});
      child.stdin?.end(stdin);
    });
  } finally {
    if (input !== undefined) closeSync(input);
  }
}
