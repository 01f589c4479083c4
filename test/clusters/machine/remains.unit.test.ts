import { existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { hasRemains, recordRemain, removeRemains } from './remains.ts';

const root = mkdtempSync(join(tmpdir(), 'tombolo-remains-'));
afterEach(() => rmSync(root, { recursive: true, force: true }));

function folder(name: string): string {
  const path = join(root, name);
  mkdirSync(path, { recursive: true });
  return path;
}

describe('what a workspace made outside of its folder', () => {
  it('goes with it, and what is not there is no error', () => {
    const [mine, made] = [folder('mine'), folder('made')];
    expect(hasRemains(mine)).toBe(false);
    recordRemain(mine, { kind: 'folder', name: made });
    recordRemain(mine, { kind: 'folder', name: join(root, 'never-made') });
    recordRemain(mine, { kind: 'cgroup', name: '/tombolo-unit-test-never-made' });
    expect(hasRemains(mine)).toBe(true);
    removeRemains(mine);
    expect(existsSync(made)).toBe(false);
  });

  it('stays where somebody else uses it', () => {
    const [mine, shared] = [folder('mine'), folder('shared')];
    writeFileSync(join(shared, 'of-others'), '');
    recordRemain(mine, { kind: 'folder', name: shared });
    removeRemains(mine);
    expect(existsSync(join(shared, 'of-others'))).toBe(true);
  });

  it('is a claim only while it leads to the folder', () => {
    const [mine, other, link] = [folder('mine'), folder('other'), join(root, 'claim')];
    recordRemain(mine, { kind: 'claim', name: link });
    symlinkSync(other, link);
    removeRemains(mine);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    rmSync(link);
    symlinkSync(mine, link);
    removeRemains(mine);
    expect(existsSync(link)).toBe(false);
  });
});
