import { PROGRAM, type Ran, started } from '#test/driver/command-line.ts';

/** Runs the program as a process of its own, with no variables of this process but PATH. */
export class CommandLine {
  readonly #env: Record<string, string>;

  /** `cache` is a folder where compiled code may lie, so that not every run compiles the same anew. */
  constructor({ kubeconfig, cache }: { kubeconfig: string; cache: string }) {
    this.#env = { KUBECONFIG: kubeconfig, NODE_COMPILE_CACHE: cache };
  }

  /** Runs it with the words of `line`; none of them may hold a space. */
  tombolo(line: string, main: string = PROGRAM): Promise<Ran> {
    return this.run(process.execPath, [main, ...line.split(' ')]);
  }

  /** Runs a script in bash, where `tombolo` is the program. */
  bash(script: string): Promise<Ran> {
    return this.run('bash', ['-c', `tombolo() { "${process.execPath}" "${PROGRAM}" "$@"; }\n${script}`]);
  }

  run(command: string, args: string[]): Promise<Ran> {
    return started(command, args, { env: this.#env }).ended;
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
