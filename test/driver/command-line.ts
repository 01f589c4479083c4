import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The program, as node runs it from the sources. */
export const PROGRAM = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** How a run of the program ended. */
export interface Ran {
  /** Null where it was killed. */
  code: number | null;
  out: string;
  /** Lines of standard error. */
  err: string[];
}

/** A run of the program as a process of its own. */
export interface Run {
  readonly ended: Promise<Ran>;
  /** Sends SIGKILL, and resolves when it is gone. */
  kill(): Promise<void>;
}

/**
 * Starts the program with these words, and no variables of this process but PATH. `cache` is a folder where compiled
 * code may lie, so that not every run compiles the same anew; `stdin` is what it reads.
 */
export function tombolo(
  args: readonly string[],
  { kubeconfig, cache, stdin }: { kubeconfig: string; cache: string; stdin?: string },
): Run {
  const env = { KUBECONFIG: kubeconfig, NODE_COMPILE_CACHE: cache };
  return started(process.execPath, [PROGRAM, ...args], { env, ...(stdin !== undefined && { stdin }) });
}

/** Starts a process with no variables of this one but PATH, and these. */
export function started(
  command: string,
  args: readonly string[],
  { env, stdin }: { env: Record<string, string>; stdin?: string },
): Run {
  const child = spawn(command, args, {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A program that reads nothing may end before it is written to; how it ended says whether that matters.
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const ended = new Promise<Ran>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err: err.split('\n').filter((line) => line !== '') }));
  });
  return {
    ended,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
