import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Manifest } from './manifest.ts';

/** Put in by the bundle (scripts/bundle), as JSON; there is no such name when the sources run as they are. */
declare const TOMBOLO_CRDS: string | undefined;

type Folder = 'hub' | 'multicluster';

/** The CRDs that a hub needs. */
export function hubCrds(): Manifest[] {
  return crdsIn('hub');
}

/** The CRDs of the MCS API, which a member needs; others may have brought them already. */
export function memberCrds(): Manifest[] {
  return crdsIn('multicluster');
}

function crdsIn(folder: Folder): Manifest[] {
  if (typeof TOMBOLO_CRDS !== 'string') return fromTree(folder);
  // What the bundle put there: the same files.
  const all = JSON.parse(TOMBOLO_CRDS) as Record<Folder, Manifest[]>;
  return all[folder];
}

function fromTree(folder: Folder): Manifest[] {
  const cwd = join(import.meta.dirname, '../../crds', folder);
  const files = globSync('*.yaml', { cwd }).sort();
  return files.map((file): Manifest => parse(readFileSync(join(cwd, file), 'utf8')));
}
