import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Locked {
  version: string;
  integrity?: string;
  hasInstallScript?: boolean;
}

const read = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
const lockOf = (path: string): Record<string, Locked> => read(path).packages;
const pinned = lockOf('packages/package-lock.json');
const ours = lockOf('../../package-lock.json');

describe('the packages of the mutation tester', () => {
  it('that the tests themselves use are those of the project', () => {
    const names = Object.keys(read('packages/package.json').dependencies).filter(
      (name) => !name.startsWith('@stryker-mutator/'),
    );
    const versions = (of: typeof pinned) => names.map((name) => [name, of[`node_modules/${name}`]?.version]);
    expect(names.length).toBeGreaterThan(3);
    expect(versions(pinned)).toEqual(versions(ours));
  });

  it('are pinned by the hash of their content, and run nothing when they are installed', () => {
    const all = Object.entries(pinned).filter(([path]) => path !== '');
    expect(all.filter(([, { integrity = '' }]) => !integrity.startsWith('sha512-'))).toEqual([]);
    expect(all.filter(([, { hasInstallScript = false }]) => hasInstallScript)).toEqual([]);
  });
});
