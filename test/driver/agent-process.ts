import { fileURLToPath } from 'node:url';
import type { Program } from '#test/clusters/machine/program.ts';
import type { LogLine } from './agent.ts';
import { eventually } from './eventually.ts';
import type { TestSet } from './set.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** A program of Tombolo's as users run it: a process of its own, which ends with the set at the latest. */
export class AgentProcess {
  readonly #program: Program;
  #url: string | undefined;

  private constructor(program: Program) {
    this.#program = program;
  }

  /** `tombolo member` for a cluster of the set. Later flags take the place of earlier ones. */
  static async member(set: TestSet, id: string, ...flags: string[]): Promise<AgentProcess> {
    return AgentProcess.memberWith({}, set, id, ...flags);
  }

  /** The same with these environment variables besides. */
  static async memberWith(
    env: Readonly<Record<string, string>>,
    set: TestSet,
    id: string,
    ...flags: string[]
  ): Promise<AgentProcess> {
    const { kubeconfig, hubKubeconfig } = set.files(id);
    const args = [
      'member',
      '--cluster-id',
      id,
      '--kubeconfig',
      kubeconfig,
      '--hub-kubeconfig',
      hubKubeconfig,
    ];
    const program = await set.clusters.workspace.launch({
      name: `tombolo-member-${id}-${Math.random().toString(36).slice(2, 8)}`,
      command: process.execPath,
      args: [MAIN, ...args, '--listen', '127.0.0.1:0', '--log-format', 'json', ...flags],
      env,
    });
    return new AgentProcess(program);
  }

  get pid(): number {
    return this.#program.pid;
  }

  /** All that it has printed so far, on either stream. */
  get output(): string {
    return this.#program.output;
  }

  /** Its output as log lines. Throws where a whole line is none. */
  get log(): LogLine[] {
    const text = this.output;
    const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
    return lines.filter(Boolean).map((line) => JSON.parse(line) as LogLine);
  }

  /** Waits for the first line with this message. */
  async said(message: string): Promise<LogLine> {
    return eventually(`the line "${message}"`, async () => {
      const line = this.log.find(({ msg }) => msg === message);
      if (line === undefined) throw new Error(`its last words: ${this.#program.tail(5)}`);
      return line;
    });
  }

  /** Where it serves its pages, `http://127.0.0.1:8080`. */
  async url(): Promise<string> {
    this.#url ??= String((await this.said('serving health and metrics'))['url']);
    return this.#url;
  }

  /** Asks its health server. */
  async page(path: string): Promise<{ status: number; text: string }> {
    const response = await fetch(`${await this.url()}${path}`);
    return { status: response.status, text: await response.text() };
  }

  /** Sends SIGTERM and waits for the end; the exit code is null where it had to be killed. */
  async terminate(): Promise<{ exitCode: number | null; tookMs: number }> {
    const began = performance.now();
    await this.#program.stop();
    return { exitCode: this.#program.exitCode, tookMs: performance.now() - began };
  }

  /** SIGSTOP: its connections stay open, and it does nothing. */
  pause(): void {
    this.#program.signal('SIGSTOP');
  }

  /** SIGCONT */
  resume(): void {
    this.#program.signal('SIGCONT');
  }

  /** Waits until it has ended by itself; the exit code is null where a signal ended it. */
  async ended(deadlineMs?: number): Promise<number | null> {
    const check = async () => {
      if (this.#program.running) throw new Error(`its last words: ${this.#program.tail(5)}`);
    };
    await eventually('the program has ended', check, deadlineMs);
    return this.#program.exitCode;
  }

  /** Sends SIGKILL and waits until it is gone. */
  async kill(): Promise<void> {
    await this.#program.kill();
  }
}
