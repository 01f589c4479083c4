import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, type Owner, parseOwner, processStart } from './owner.ts';
import { removeRemains } from './remains.ts';

/** A program that was started in a workspace, as its registry file tells. */
export interface Recorded {
  name: string;
  pid: number;
  start: string;
}

/** Written into a workspace that is to outlive its owner. */
export const KEPT = 'kept';
const FOLDER = /^tombolo-\d+$/;
/** Only as long as it takes: the processes of a node, killed together, leave one after the other on a busy machine. */
const DEADLINE_MS = 30_000;

/** Programs recorded in a workspace that still run: same pid and same start time. */
export function survivors(folder: string): Recorded[] {
  let text: string;
  try {
    text = readFileSync(join(folder, 'processes'), 'utf8');
  } catch {
    return [];
  }
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Recorded)
    .filter((program) => processStart(program.pid) === program.start);
}

/** Kills what a workspace started, removes what it made outside and then its folder; needs no event loop, so it works while exiting. */
export function destroy(folder: string): void {
  const end = performance.now() + DEADLINE_MS;
  for (let left = survivors(folder); left.length > 0 && performance.now() < end; left = survivors(folder)) {
    for (const { pid } of left) {
      try {
        process.kill(-pid, 'SIGKILL');
      } catch {
        // Gone in between.
      }
    }
    pauseThread(10);
  }
  removeRemains(folder);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

export interface SweepOptions {
  /** Also those whose owner asked that they stay. */
  kept?: boolean;
}

/**
 * Ends the remains of owners that died without a chance to clean up (SIGKILL, power). Workspaces of living
 * owners and kept ones are left alone. Returns the folders removed.
 */
export function sweep(root: string, options: SweepOptions = {}): string[] {
  const abandoned = readdirSync(root)
    .filter((name) => FOLDER.test(name))
    .map((name) => join(root, name))
    .filter((folder) => isAbandoned(folder, options.kept ?? false));
  for (const folder of abandoned) destroy(folder);
  return abandoned;
}

function isAbandoned(folder: string, evenKept: boolean): boolean {
  if (existsSync(join(folder, KEPT))) return evenKept;
  const owner = readOwner(folder);
  // A folder without a readable owner is being removed right now, or is another program's.
  return owner !== undefined && !isAlive(owner);
}

function readOwner(folder: string): Owner | undefined {
  try {
    return parseOwner(readFileSync(join(folder, 'owner'), 'utf8'));
  } catch {
    return undefined;
  }
}

function pauseThread(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
