import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildModule } from '#test/clusters/build/go-build.ts';
import { MODULES } from '#test/clusters/build/modules.ts';
import type { Progress } from '#test/clusters/progress.ts';
import { fetchHelm4 } from './binaries.ts';

/** What a command said and how it ended. */
export interface Ended {
  stdout: string;
  stderr: string;
  exitCode: number | null;
}

/** A program that failed though it should not have: its own words. */
export class CommandError extends Error {
  readonly ended: Ended;
  constructor(what: string, ended: Ended) {
    super(`${what} ended with ${ended.exitCode}\n${ended.stderr}${ended.stdout}`);
    this.name = 'CommandError';
    this.ended = ended;
  }
}

/** A command line tool that talks to a cluster: some Helm, or kubectl. */
export class Tool {
  readonly path: string;
  readonly #env: Readonly<Record<string, string>>;

  constructor(path: string, env: Readonly<Record<string, string>> = {}) {
    this.path = path;
    this.#env = env;
  }

  /** The same for one cluster: the kubeconfig's current context. `home` takes what the tool would keep in $HOME. */
  at(kubeconfig: string, home: string): Tool {
    return new Tool(this.path, { ...this.#env, KUBECONFIG: kubeconfig, HOME: home });
  }

  /** Runs it, and gives what it printed. @throws CommandError where it fails. */
  async run(args: readonly string[], input = ''): Promise<string> {
    const ended = await this.try(args, input);
    if (ended.exitCode !== 0) throw new CommandError(`${this.path} ${args.join(' ')}`, ended);
    return ended.stdout;
  }

  /** Runs it; that it fails is an answer like others. */
  try(args: readonly string[], input = ''): Promise<Ended> {
    const env = { ...process.env, ...this.#env };
    const child = spawn(this.path, args, { stdio: ['pipe', 'pipe', 'pipe'], env });
    const ended: Ended = { stdout: '', stderr: '', exitCode: null };
    child.stdout.on('data', (chunk: Buffer) => {
      ended.stdout += chunk.toString('utf8');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      ended.stderr += chunk.toString('utf8');
    });
    // A program that reads nothing may end before it is written to; how it ended says whether that matters.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode) => resolve({ ...ended, exitCode }));
    });
  }
}

/** A Helm that the charts are held against. */
export interface NamedHelm {
  name: string;
  helm: Tool;
}

/** Both Helms, or the one that HELM_BIN names, and the pinned kubectl. */
export async function helms(progress: Progress): Promise<{ helms: NamedHelm[]; kubectl: Tool }> {
  const fetched = await fetchHelm4(progress);
  const kubectl = new Tool(join(fetched, 'kubectl'));
  const own = process.env['HELM_BIN'];
  if (own) return { helms: [{ name: 'HELM_BIN', helm: new Tool(own) }], kubectl };
  const built = await buildModule(MODULES.helm, progress);
  return {
    helms: [
      { name: 'Helm 3', helm: new Tool(join(built, 'helm')) },
      { name: 'Helm 4', helm: new Tool(join(fetched, 'helm')) },
    ],
    kubectl,
  };
}
