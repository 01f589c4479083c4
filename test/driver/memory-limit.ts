import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where control groups for memory are made, and what their files are called, in either version of them. */
const VERSIONS = [
  {
    root: '/sys/fs/cgroup/memory',
    sign: 'memory.limit_in_bytes',
    limit: 'memory.limit_in_bytes',
    usage: 'memory.usage_in_bytes',
    kills: 'memory.oom_control',
    unlimited: '-1',
  },
  {
    root: '/sys/fs/cgroup',
    sign: 'cgroup.controllers',
    limit: 'memory.max',
    usage: 'memory.current',
    kills: 'memory.events',
    unlimited: 'max',
  },
] as const;

/**
 * A bound on the memory of some processes, kept by the kernel as it keeps a container's: what would exceed it is
 * killed. Takes root and a writable control group.
 */
export class MemoryLimit {
  readonly #version: (typeof VERSIONS)[number];
  readonly #folder: string;

  private constructor(version: (typeof VERSIONS)[number], folder: string) {
    this.#version = version;
    this.#folder = folder;
  }

  /** A group without processes and without a bound; undefined: this machine lets nobody make one. Dispose of it. */
  static make(name: string): MemoryLimit | undefined {
    for (const version of VERSIONS) {
      if (!existsSync(join(version.root, version.sign))) continue;
      const folder = join(version.root, name);
      try {
        mkdirSync(folder);
      } catch {
        continue;
      }
      if (existsSync(join(folder, version.limit))) return new MemoryLimit(version, folder);
      rmdirSync(folder);
    }
    return undefined;
  }

  /** From now on the process counts, and whatever it starts; it must be alive. */
  hold(pid: number): void {
    this.#write('cgroup.procs', String(pid));
  }

  /** Bytes that its processes use now. */
  get usage(): number {
    return Number(this.#read(this.#version.usage));
  }

  /** How many processes the kernel has killed for it. */
  get kills(): number {
    return Number(/^oom_kill (\d+)$/m.exec(this.#read(this.#version.kills))?.[1] ?? 0);
  }

  /** Lets its processes have so many bytes; undefined: as many as they want. */
  set(bytes: number | undefined): void {
    this.#write(this.#version.limit, bytes === undefined ? this.#version.unlimited : String(bytes));
  }

  /** Processes that still live go on without a bound. */
  [Symbol.dispose](): void {
    const left = this.#read('cgroup.procs').split('\n').filter(Boolean);
    for (const pid of left) writeFileSync(join(this.#version.root, 'cgroup.procs'), pid);
    rmdirSync(this.#folder);
  }

  #read(file: string): string {
    return readFileSync(join(this.#folder, file), 'utf8').trim();
  }

  #write(file: string, text: string): void {
    writeFileSync(join(this.#folder, file), text);
  }
}
