import { writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { buildModule } from '#test/clusters/build/go-build.ts';
import { MODULES } from '#test/clusters/build/modules.ts';
import type { Program } from '#test/clusters/machine/program.ts';
import { until } from '#test/clusters/machine/until.ts';
import type { Workspace } from '#test/clusters/machine/workspace.ts';
import { Progress } from '#test/clusters/progress.ts';
import { ask, type Question, type Reply } from '#test/resolver/resolve.ts';
import type { Corefile, Place } from './corefiles.ts';

/** The server is known; UDP unless told. */
export type OwnQuestion = Omit<Question, 'server' | 'port' | 'protocol'> & Partial<Question>;

const QUIET_MS = 15_000;

/** One CoreDNS with a Corefile of the test's, as a process of this machine. Its workspace ends it. */
export class OwnCoreDns {
  /** From the start of the process until it answered anything, in milliseconds. */
  readonly startMs: number;
  readonly #program: Program;
  readonly #file: string;
  readonly #place: Place;

  private constructor(program: Program, file: string, place: Place, startMs: number) {
    this.#program = program;
    this.#file = file;
    this.#place = place;
    this.startMs = startMs;
  }

  /**
   * Starts one and waits until it answers something, be it SERVFAIL.
   *
   * @throws Error with its last words when it ends instead.
   */
  static async start(
    workspace: Workspace,
    name: string,
    kubeconfig: string,
    corefile: Corefile,
  ): Promise<OwnCoreDns> {
    const folder = await buildModule(MODULES.coredns, new Progress({ quietMs: QUIET_MS }));
    const place: Place = {
      port: await workspace.port(),
      healthPort: await workspace.port(),
      readyPort: await workspace.port(),
      outsidePort: await workspace.port(),
      kubeconfig: workspace.write(`${name}.kubeconfig`, kubeconfig),
    };
    const file = workspace.write(`${name}.Corefile`, corefile(place));
    const began = performance.now();
    const program = await workspace.launch({
      name,
      command: join(folder, 'coredns'),
      args: ['-conf', file],
    });
    await program.ready(async () => {
      await ask({ ...addressOf(place), name: 'any.cluster.local', type: 'A', protocol: 'tcp' });
      return true;
    });
    return new OwnCoreDns(program, file, place, performance.now() - began);
  }

  /** What it printed. */
  get output(): string {
    return this.#program.output;
  }

  get port(): number {
    return this.#place.port;
  }

  ask(question: OwnQuestion): Promise<Reply> {
    return ask({ ...addressOf(this.#place), protocol: 'udp', ...question });
  }

  /** HTTP status of `/health`; 0 where nobody listens. */
  health(): Promise<number> {
    return statusOf(this.#place.healthPort, '/health');
  }

  /** HTTP status of `/ready`; 0 where nobody listens. */
  ready(): Promise<number> {
    return statusOf(this.#place.readyPort, '/ready');
  }

  /** Changes its file and leaves it to the plugin `reload` to notice. */
  write(corefile: Corefile): void {
    writeFileSync(this.#file, corefile(this.#place));
  }

  /** Changes its file and has it read now, as the plugin `reload` would sooner or later. Gives what it said then. */
  async reload(corefile: Corefile): Promise<string> {
    const before = this.output.length;
    this.write(corefile);
    this.#program.signal('SIGUSR1');
    return await until('CoreDNS has read its file anew', () => {
      const words = this.output.slice(before);
      return /Reloading complete|\[ERROR\] SIGUSR1/.test(words) && words;
    });
  }

  async stop(): Promise<void> {
    await this.#program.kill();
  }
}

function addressOf({ port }: Place): { server: string; port: number } {
  return { server: '127.0.0.1', port };
}

/** Over a connection of its own: one that was kept would tell of the time before a reload. */
function statusOf(port: number, path: string): Promise<number> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.once('error', () => resolve(0));
  });
}
