import { describe, expect, it } from 'vitest';
import { type BuildInputs, cacheFolder, cacheKey } from './cache.ts';

const INPUTS: BuildInputs = {
  program: 'etcd',
  version: 'v3.6.16',
  goMod: 'module x',
  goSum: 'a h1:1',
  flags: ['-trimpath', '-s -w'],
  platform: 'linux/x64',
};

describe('cacheKey', () => {
  it('names program and version, readable', () => {
    expect(cacheKey(INPUTS)).toMatch(/^etcd-3\.6\.16-[0-9a-f]{12}$/);
  });

  it('is the same for the same inputs', () => {
    expect(cacheKey({ ...INPUTS, flags: [...INPUTS.flags] })).toBe(cacheKey(INPUTS));
  });

  it.each<[string, Partial<BuildInputs>]>([
    ['go.mod', { goMod: 'module y' }],
    ['go.sum', { goSum: 'a h1:2' }],
    ['a flag', { flags: ['-trimpath', '-s'] }],
    ['the platform', { platform: 'darwin/arm64' }],
    ['where one flag ends and the next begins', { flags: ['-trimpath -s -w'] }],
    ['what belongs to which file', { goMod: 'module xa', goSum: ' h1:1' }],
  ])('changes with %s', (_, change) => {
    expect(cacheKey({ ...INPUTS, ...change })).not.toBe(cacheKey(INPUTS));
  });
});

describe('cacheFolder', () => {
  it.each([
    [{ TOMBOLO_CACHE: '/a', XDG_CACHE_HOME: '/b' }, '/a'],
    [{ XDG_CACHE_HOME: '/b' }, '/b/tombolo'],
    [{ TOMBOLO_CACHE: '', XDG_CACHE_HOME: '/b' }, '/b/tombolo'],
  ])('of %j is %s', (env, folder) => {
    expect(cacheFolder(env)).toBe(folder);
  });

  it("is in the user's cache folder otherwise", () => {
    expect(cacheFolder({})).toMatch(/\/\.cache\/tombolo$/);
  });
});
