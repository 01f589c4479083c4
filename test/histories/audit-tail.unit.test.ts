import { appendFileSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AuditTail } from './audit-tail.ts';

describe('the tail of an audit log', () => {
  let folder: string;
  let path: string;
  let tail: AuditTail;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'audit-tail-'));
    path = join(folder, 'hub-audit.log');
    writeFileSync(path, '');
    tail = new AuditTail(path, async (asked) => log('get', asked));
  });
  afterEach(() => {
    tail.close();
    rmSync(folder, { recursive: true });
  });

  const log = (verb: string, name: string) =>
    appendFileSync(
      path,
      `${JSON.stringify({
        user: { username: 'agent' },
        verb,
        stage: 'ResponseComplete',
        requestReceivedTimestamp: '2026-01-01T00:00:00.000000Z',
        objectRef: { name },
        responseStatus: { code: 200 },
      })}\n`,
    );
  const names = async () => (await tail.writes()).map(({ name }) => name);
  /** As the API server does it: the full file gets the time as its name, and a new one is begun. */
  const putAside = (time: string) => {
    renameSync(path, join(folder, `hub-audit-${time}.log`));
    writeFileSync(path, '');
  };

  it('gives every write once', async () => {
    log('create', 'a');
    log('get', 'read');
    expect(await names()).toEqual(['a']);
    log('delete', 'b');
    expect(await names()).toEqual(['b']);
    expect(await names()).toEqual([]);
  });

  it('loses nothing where the API server begins its log anew, once or twice', async () => {
    log('create', 'a');
    expect(await names()).toEqual(['a']);
    log('create', 'b');
    putAside('2026-01-01T00-00-00.000');
    log('create', 'c');
    putAside('2026-01-01T00-00-01.000');
    log('create', 'd');
    expect(await names()).toEqual(['b', 'c', 'd']);
    expect(existsSync(join(folder, 'hub-audit-2026-01-01T00-00-00.000.log'))).toBe(false);
    expect(existsSync(join(folder, 'hub-audit-2026-01-01T00-00-01.000.log'))).toBe(false);
    log('create', 'e');
    expect(await names()).toEqual(['e']);
  });
});
