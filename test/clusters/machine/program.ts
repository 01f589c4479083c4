import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { processStart } from './owner.ts';
import { type UntilOptions, until } from './until.ts';

export interface ProgramSpec {
  /** For logs and error messages, as `zzzc/kube-apiserver`. */
  name: string;
  command: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** Its output is appended to this file, never piped: a stopped or busy test must not stop the server. */
  log: string;
}

const LINES_SHOWN = 25;

/** One running program of a control plane, in a process group of its own, so that Ctrl-C reaches only us. */
export class Program {
  readonly name: string;
  readonly pid: number;
  /** Opaque start time: with the pid it names this process and no later one. */
  readonly start: string;
  readonly #child: ChildProcess;
  readonly #log: string;
  readonly #exited: Promise<void>;

  private constructor(spec: ProgramSpec, child: ChildProcess, pid: number) {
    this.name = spec.name;
    this.pid = pid;
    this.start = processStart(pid) ?? 'gone';
    this.#child = child;
    this.#log = spec.log;
    this.#exited = new Promise((resolve) => child.once('exit', () => resolve()));
    // A forgotten program must not keep its owner alive: the owner's exit ends it.
    child.unref();
  }

  /** @throws when the command cannot be started. */
  static async launch(spec: ProgramSpec): Promise<Program> {
    const output = openSync(spec.log, 'a');
    try {
      const child = spawn(spec.command, spec.args, {
        detached: true,
        stdio: ['ignore', output, output],
        env: { ...process.env, ...spec.env },
      });
      await new Promise<void>((resolve, reject) => {
        child.once('spawn', resolve);
        child.once('error', (error) =>
          reject(new Error(`start ${spec.name}: ${error.message}`, { cause: error })),
        );
      });
      if (child.pid === undefined) throw new Error(`start ${spec.name}: no process`);
      return new Program(spec, child, child.pid);
    } finally {
      closeSync(output);
    }
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Null while it runs, and where a signal ended it. */
  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  /** All that it printed so far. */
  get output(): string {
    return readFileSync(this.#log, 'utf8');
  }

  /** The last lines it printed, for error messages. */
  tail(lines: number = LINES_SHOWN): string {
    return this.output.trimEnd().split('\n').slice(-lines).join('\n');
  }

  /** Waits until `probe` succeeds; fails at once, with its last words, when the program ends instead. */
  async ready<T>(probe: () => Promise<T | undefined | false>, options: UntilOptions = {}): Promise<T> {
    const hopeless = () => (this.running ? undefined : `it ended (${this.#how()})`);
    try {
      return await until(`${this.name} becomes ready`, probe, { hopeless, ...options });
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : error}\n${this.tail()}`, { cause: error });
    }
  }

  /** SIGTERM, and SIGKILL after the grace time; resolves when the process is really gone. */
  async stop(graceMs = 20_000): Promise<void> {
    if (!this.running) return;
    this.#child.ref();
    this.signal('SIGTERM');
    // A paused process takes its SIGTERM only when it runs again.
    this.signal('SIGCONT');
    const timer = setTimeout(() => this.signal('SIGKILL'), graceMs);
    await this.#exited;
    clearTimeout(timer);
  }

  /** SIGKILL; resolves when the process is really gone. */
  async kill(): Promise<void> {
    if (!this.running) return;
    this.#child.ref();
    this.signal('SIGKILL');
    await this.#exited;
  }

  /** Signals the program and whatever it started; one that is gone already is no error. */
  signal(signal: NodeJS.Signals): void {
    if (!this.running) return;
    try {
      process.kill(-this.pid, signal);
    } catch {
      // Gone in between.
    }
  }

  #how(): string {
    const { exitCode, signalCode } = this.#child;
    return signalCode === null ? `exit code ${exitCode}` : `signal ${signalCode}`;
  }
}
