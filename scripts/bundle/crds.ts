import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** The CRDs of the tree as JSON, folder below crds/ → manifests: a bundle has no files beside it to read them from. */
export function crdsOf(root: string): string {
  const folders = ['hub', 'multicluster'].map((folder) => {
    const files = globSync(`crds/${folder}/*.yaml`, { cwd: root }).sort();
    return [folder, files.map((file): unknown => parse(readFileSync(join(root, file), 'utf8')))];
  });
  return JSON.stringify(Object.fromEntries(folders));
}
