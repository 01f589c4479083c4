import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, type Owner, parseOwner, thisProcess } from '../machine/owner.ts';

export interface LockOptions {
  /** Called once, with the holder, when there is one to wait for. */
  onWait?: (holder: Owner | undefined) => void;
  everyMs?: number;
  /** A lock held from another machine longer than this is taken for forgotten. */
  forgottenMs?: number;
}

const FORGOTTEN_MS = 60 * 60_000;

/**
 * Runs `work` while holding the lock file, so that two processes do not do the same work at the same time.
 * The lock of a process that has died is taken over. It saves work and orders nothing: results must be
 * put in place atomically all the same.
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const mine = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  writeFileSync(mine, JSON.stringify(thisProcess()));
  try {
    await acquire(file, mine, options);
    try {
      return await work();
    } finally {
      rmSync(file, { force: true });
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

async function acquire(file: string, mine: string, options: LockOptions): Promise<void> {
  let told = false;
  // A hard link appears at once with its content, or fails: nobody reads a half-written owner.
  while (!linkIfFree(mine, file)) {
    const text = readIfThere(file);
    if (text === undefined) continue;
    const holder = parseOwner(text);
    if (isAbandoned(file, holder, options.forgottenMs ?? FORGOTTEN_MS)) {
      removeIfStill(file, text, `${mine}.stale`);
      continue;
    }
    if (!told) options.onWait?.(holder);
    told = true;
    await sleep(options.everyMs ?? 250);
  }
}

function isAbandoned(file: string, holder: Owner | undefined, forgottenMs: number): boolean {
  if (holder === undefined || !isAlive(holder)) return true;
  try {
    return holder.host !== thisProcess().host && Date.now() - statSync(file).mtimeMs > forgottenMs;
  } catch {
    return false;
  }
}

/** Somebody else may have taken the dead one's place since we read it: look at what was caught, put it back. */
function removeIfStill(file: string, text: string, aside: string): void {
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (readFileSync(aside, 'utf8') !== text) linkIfFree(aside, file);
  rmSync(aside, { force: true });
}

function linkIfFree(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
