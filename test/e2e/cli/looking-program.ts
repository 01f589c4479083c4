import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

/** How a run of the program ended. */
export interface Ran {
  code: number | null;
  out: string;
  /** Lines of standard error. */
  err: string[];
}

/** Runs the program as a process of its own, with no variables of this process but PATH. */
export class CommandLine {
  readonly #env: Record<string, string>;

  /** `cache` is a folder where compiled code may lie, so that not every run compiles the same anew. */
  constructor({ kubeconfig, cache }: { kubeconfig: string; cache: string }) {
    this.#env = { PATH: process.env['PATH'] ?? '', KUBECONFIG: kubeconfig, NODE_COMPILE_CACHE: cache };
  }

  /** Runs it with the words of `line`; none of them may hold a space. */
  tombolo(line: string, main: string = MAIN): Promise<Ran> {
    return this.run(process.execPath, [main, ...line.split(' ')]);
  }

  /** Runs a script in bash, where `tombolo` is the program. */
  bash(script: string): Promise<Ran> {
    return this.run('bash', ['-c', `tombolo() { "${process.execPath}" "${MAIN}" "$@"; }\n${script}`]);
  }

  run(command: string, args: string[]): Promise<Ran> {
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, { env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] });
      let out = '';
      let err = '';
      child.stdout.on('data', (chunk) => {
        out += chunk;
      });
      child.stderr.on('data', (chunk) => {
        err += chunk;
      });
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, out, err: err.split('\n').filter((each) => each !== '') }));
    });
  }
}

/** The cells of a table, without the ages in its last column: columns are three spaces or more apart. */
export function cells(table: string): string[][] {
  return table
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(/ {3,}/))
    .map((line) => (/^(AGE|\d+[a-z]\S*)$/.test(line.at(-1) ?? '') ? line.slice(0, -1) : line));
}
