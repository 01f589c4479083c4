import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';

/**
 * Something outside of a workspace's folder that it made, by a name that nobody else uses. Written down before it is
 * made, so that whoever finds the folder of a dead owner knows all that may be there.
 *
 * - `netns`, `link`: a network namespace, a network device of the host.
 * - `cgroup`: a path below the root of every cgroup hierarchy.
 * - `folder`: an empty folder.
 * - `claim`: a symbolic link that says who uses something of which there is one; ours while it leads to our folder.
 */
export interface Remain {
  kind: 'netns' | 'link' | 'cgroup' | 'folder' | 'claim';
  name: string;
}

const FILE = 'remains';
const CGROUPS = '/sys/fs/cgroup';
const CGROUPS_DEADLINE_MS = 10_000;

/** Writes down what is about to be made for the workspace in `folder`. */
export function recordRemain(folder: string, remain: Remain): void {
  appendFileSync(join(folder, FILE), `${JSON.stringify(remain)}\n`);
}

/** Whether anything was written down there. */
export function hasRemains(folder: string): boolean {
  return existsSync(join(folder, FILE));
}

/**
 * Removes all that was written down, last one first. Its programs must be gone. What is not there is no error: it was
 * removed before, or never made. Needs no event loop.
 */
export function removeRemains(folder: string): void {
  for (const remain of readRemains(folder).reverse()) remove(folder, remain);
}

function readRemains(folder: string): Remain[] {
  const lines = readOrNothing(join(folder, FILE)).split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Remain);
}

/** Nothing also where another start removes the folder at this moment. */
function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function remove(folder: string, { kind, name }: Remain): void {
  switch (kind) {
    case 'netns':
      spawnSync('ip', ['netns', 'delete', name]);
      return;
    case 'link':
      spawnSync('ip', ['link', 'delete', name]);
      return;
    case 'cgroup':
      removeFromAll(name);
      return;
    case 'folder':
      ignoringErrors(() => rmdirSync(name));
      return;
    case 'claim':
      ignoringErrors(() => {
        if (readlinkSync(name) === folder) rmSync(name);
      });
      return;
  }
}

function removeFromAll(cgroup: string): void {
  const end = performance.now() + CGROUPS_DEADLINE_MS;
  for (const hierarchy of hierarchies()) removeCgroup(join(hierarchy, cgroup), end);
}

/** Version 2 has one hierarchy, version 1 one per controller. */
function hierarchies(): string[] {
  if (!existsSync(CGROUPS)) return [];
  return [CGROUPS, ...readdirSync(CGROUPS).map((name) => join(CGROUPS, name))];
}

/** A process that was killed leaves its group a moment after it is gone for everybody else; `end` is the latest. */
function removeCgroup(path: string, end: number): void {
  if (!existsSync(path)) return;
  for (const name of groupsIn(path)) removeCgroup(join(path, name), end);
  ignoringErrors(() => rmdirSync(path));
  while (existsSync(path) && performance.now() < end) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    ignoringErrors(() => rmdirSync(path));
  }
}

/** None where it is gone by now: another start may be clearing the same remains away. */
function groupsIn(path: string): string[] {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch {
    return [];
  }
}

function ignoringErrors(work: () => void): void {
  try {
    work();
  } catch {
    // Not there, or not ours any more.
  }
}
