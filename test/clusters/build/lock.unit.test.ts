import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Owner, thisProcess } from '../machine/owner.ts';
import { withLock } from './lock.ts';

describe('withLock', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lock-test-'));
    file = join(folder, 'x.lock');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('lets one in at a time and leaves no file behind', async () => {
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await sleep(20);
      inside--;
    };
    await Promise.all(Array.from({ length: 5 }, () => withLock(file, work, { everyMs: 1 })));
    expect(most).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('gives the lock back when the work fails', async () => {
    await expect(withLock(file, () => Promise.reject(new Error('compiler says no')))).rejects.toThrow(
      'compiler',
    );
    expect(readdirSync(folder)).toEqual([]);
    expect(await withLock(file, async () => 'again')).toBe('again');
  });

  it('tells who holds it, once, while waiting', async () => {
    const waited: (Owner | undefined)[] = [];
    const held = Promise.withResolvers<void>();
    const first = withLock(file, () => held.promise);
    const second = withLock(file, async () => {}, {
      everyMs: 1,
      onWait: (holder) => {
        waited.push(holder);
        // Some more rounds of waiting come before this: a second call would show.
        setTimeout(held.resolve, 30);
      },
    });
    await Promise.all([first, second]);
    expect(waited).toEqual([thisProcess()]);
  });

  it.each<[string, () => string]>([
    ['has died', () => JSON.stringify(ownerThatHasDied())],
    [
      'had the number that another process has now',
      () => JSON.stringify({ ...thisProcess(), start: 'earlier' }),
    ],
    ['wrote no owner', () => 'garbage'],
  ])('takes over from a holder that %s', async (_, content) => {
    writeFileSync(file, content());
    expect(await withLock(file, async () => 'in')).toBe('in');
    expect(existsSync(file)).toBe(false);
  });

  it('believes a holder on another machine for an hour', async () => {
    writeFileSync(file, JSON.stringify({ ...thisProcess(), host: 'another', pid: 1 }));
    const judgedAlive = Promise.withResolvers<void>();
    let held = true;
    const work = async () => held;
    const waiting = withLock(file, work, { everyMs: 1, onWait: () => judgedAlive.resolve() });
    await judgedAlive.promise;
    held = false;
    const longAgo = Date.now() / 1_000 - 2 * 3_600;
    utimesSync(file, longAgo, longAgo);
    expect(await waiting).toBe(false);
  });
});

function ownerThatHasDied(): Owner {
  const { pid } = spawnSync('true');
  return { ...thisProcess(), pid };
}
