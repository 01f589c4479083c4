/** One thing in a file tree. Paths are relative to the root, without a slash at either end. Owner is root. */
export type Entry =
  | { type: 'file'; path: string; mode: number; data: Uint8Array }
  | { type: 'directory'; path: string; mode: number }
  | { type: 'symlink'; path: string; target: string };

/** A file that everybody may read. */
export function file(path: string, data: Uint8Array | string): Entry {
  return { type: 'file', path, mode: 0o644, data: Buffer.from(data) };
}

/**
 * The entries in the one order that they are packed in, with the folders that they lie in before them. Throws
 * where two are at one path.
 */
export function inOrder(entries: readonly Entry[]): Entry[] {
  const tree = new Map<string, Entry>();
  for (const entry of entries) {
    if (tree.has(entry.path)) throw new Error(`two entries are at /${entry.path}`);
    tree.set(entry.path, entry);
  }
  for (const { path } of entries) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const parent = path.slice(0, end);
      if (!tree.has(parent)) tree.set(parent, { type: 'directory', path: parent, mode: 0o755 });
    }
  }
  return [...tree.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
