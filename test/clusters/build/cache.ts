import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** All that decides what a build gives. */
export interface BuildInputs {
  program: string;
  version: string;
  goMod: string;
  goSum: string;
  flags: readonly string[];
  /** As `linux/x64`: a cache folder may be shared. */
  platform: string;
}

/** `$TOMBOLO_CACHE`, else `tombolo` in the user's cache folder. */
export function cacheFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return env['TOMBOLO_CACHE'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'tombolo');
}

/** `etcd-3.6.16-1f2e3d4c5b6a`: another name whenever anything that decides the result is another. */
export function cacheKey(inputs: BuildInputs): string {
  const { program, version, goMod, goSum, flags, platform } = inputs;
  // JSON keeps the parts apart: no two different lists of parts give the same text.
  const digest = createHash('sha256')
    .update(JSON.stringify([goMod, goSum, flags, platform]))
    .digest('hex');
  return `${program}-${version.replace(/^v/, '')}-${digest.slice(0, 12)}`;
}
