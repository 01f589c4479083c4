import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processStart, thisProcess } from './owner.ts';
import { BLOCKS, PortBlock } from './ports.ts';
import { Program, type ProgramSpec } from './program.ts';
import { type Remain, recordRemain } from './remains.ts';
import { destroy, KEPT, type Recorded, sweep } from './sweep.ts';

export interface WorkspaceOptions {
  /** Where the folder is made; memory (/dev/shm) where there is such a thing, else the system's temporary folder. */
  root?: string;
  /**
   * What SIGINT, SIGTERM and SIGHUP do. `end` (default): everything is killed, the folder removed, and the
   * signal takes its usual course. `caller`: the caller has handlers of its own and calls close().
   */
  signals?: 'end' | 'caller';
}

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Memory-backed where possible: etcd writes a lot, and nothing here outlives the run. */
export function workspaceRoot(): string {
  return existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
}

/**
 * A folder, a block of ports and all programs started in it. Whatever happens to its owner, they go: on
 * close(), on exit, on a signal, on an uncaught error, and, if the owner was killed, at the next create().
 */
export class Workspace {
  readonly folder: string;
  readonly #ports: PortBlock;
  readonly #programs: Program[] = [];
  readonly #logs: string;
  readonly #removeHandlers: () => void;
  readonly #deferred: (() => Promise<void>)[] = [];
  #closed = false;

  private constructor(folder: string, block: number, options: WorkspaceOptions) {
    this.folder = folder;
    this.#ports = new PortBlock(block);
    this.#logs = this.folderFor('logs');
    this.#removeHandlers = this.#onEnd(options.signals ?? 'end');
  }

  /** Makes a new one, after ending what dead owners left behind. */
  static create(options: WorkspaceOptions = {}): Workspace {
    const root = options.root ?? workspaceRoot();
    sweep(root);
    const draft = mkdtempSync(join(root, 'tombolo-new-'));
    writeFileSync(join(draft, 'owner'), JSON.stringify(thisProcess()));
    const first = Math.floor(Math.random() * BLOCKS);
    for (let i = 0; i < BLOCKS; i++) {
      const block = (first + i) % BLOCKS;
      const folder = join(root, `tombolo-${block}`);
      // The number is taken by one atomic rename of a folder that already names its owner.
      if (renameIfFree(draft, folder)) return new Workspace(folder, block, options);
    }
    rmSync(draft, { recursive: true, force: true });
    throw new Error(`all ${BLOCKS} workspaces under ${root} are in use`);
  }

  /** A path inside the folder. */
  file(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  /** A folder inside, made if need be. */
  folderFor(...parts: string[]): string {
    const folder = this.file(...parts);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Writes a private file inside and returns its path. */
  write(name: string, text: string): string {
    const path = this.file(name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }

  /** A port on 127.0.0.1, free for TCP and UDP, that no other workspace is given. */
  port(): Promise<number> {
    return this.#ports.take();
  }

  /** Starts a program that ends with this workspace at the latest. */
  async launch(spec: Omit<ProgramSpec, 'log'>): Promise<Program> {
    if (this.#closed) throw new Error(`start ${spec.name}: the workspace is closed`);
    const program = await Program.launch({
      ...spec,
      log: join(this.#logs, `${spec.name.replaceAll('/', '-')}.log`),
    });
    if (this.#closed) {
      await program.kill();
      throw new Error(`start ${spec.name}: the workspace was closed meanwhile`);
    }
    this.#record(program);
    this.#programs.push(program);
    return program;
  }

  /** Takes charge of a process that one of its programs started: it must be gone before the folder goes. */
  adopt(name: string, pid: number): void {
    const start = processStart(pid);
    if (start !== undefined) this.#record({ name, pid, start });
  }

  #record({ name, pid, start }: Recorded): void {
    appendFileSync(this.file('processes'), `${JSON.stringify({ name, pid, start })}\n`);
  }

  /** Takes charge of something outside of the folder; called before it is made. */
  willMake(remain: Remain): void {
    if (this.#closed) throw new Error(`make ${remain.name}: the workspace is closed`);
    recordRemain(this.folder, remain);
  }

  /** Has `task` run by close(), last one first, before anything is killed; not when the owner ends without it. */
  defer(task: () => Promise<void>): void {
    this.#deferred.push(task);
  }

  /** Lets everything run on when the owner ends, until somebody sweeps with `kept`. */
  keep(): void {
    writeFileSync(this.file(KEPT), '');
    this.#closed = true;
    this.#removeHandlers();
  }

  /** Kills what still runs, waits until it is gone and removes the folder. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const failed: unknown[] = [];
    for (const task of this.#deferred.reverse()) await task().catch((error: unknown) => failed.push(error));
    await Promise.all(this.#programs.map((program) => program.kill()));
    destroy(this.folder);
    this.#removeHandlers();
    if (failed.length > 0)
      throw new AggregateError(failed, 'some of what belonged to the workspace did not end');
  }

  #onEnd(signals: 'end' | 'caller'): () => void {
    const end = () => {
      this.#closed = true;
      destroy(this.folder);
    };
    const onSignal = (signal: NodeJS.Signals) => {
      end();
      remove();
      process.kill(process.pid, signal);
    };
    const remove = () => {
      process.off('exit', end);
      for (const signal of SIGNALS) process.off(signal, onSignal);
    };
    process.once('exit', end);
    if (signals === 'end') for (const signal of SIGNALS) process.once(signal, onSignal);
    return remove;
  }
}

function renameIfFree(from: string, to: string): boolean {
  if (existsSync(to)) return false;
  try {
    renameSync(from, to);
    return true;
  } catch {
    return false;
  }
}
