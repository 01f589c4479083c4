import { buffer } from 'node:stream/consumers';
import { extract, pack } from 'tar-stream';
import { type Entry, inOrder } from './entry.ts';

const EPOCH = new Date(0);

/** Packs a tree: the same entries in whatever order give the same bytes. Every time is 1970-01-01. */
export async function packTar(entries: readonly Entry[]): Promise<Uint8Array> {
  const tar = pack();
  const bytes = buffer(tar);
  for (const entry of inOrder(entries)) {
    const header = { name: entry.path, mtime: EPOCH, uid: 0, gid: 0 };
    if (entry.type === 'file') tar.entry({ ...header, mode: entry.mode }, Buffer.from(entry.data));
    else if (entry.type === 'directory') tar.entry({ ...header, type: 'directory', mode: entry.mode });
    else tar.entry({ ...header, type: 'symlink', linkname: entry.target, mode: 0o777 });
  }
  tar.finalize();
  return await bytes;
}

/**
 * Reads the entries that `wanted` names (`usr/bin/node`, no `./` before it) from an unpacked tar archive.
 * Hard links and devices are refused: what images are made of here has none.
 */
export async function readTar(archive: Uint8Array, wanted: (path: string) => boolean): Promise<Entry[]> {
  const entries: Entry[] = [];
  const tar = extract();
  tar.end(archive);
  for await (const part of tar) {
    const { name, type, mode = 0o644, linkname } = part.header;
    const path = name.replace(/^\.\//, '').replace(/\/$/, '');
    if (path === '' || path === '.' || !wanted(path)) part.resume();
    else if (type === 'file') entries.push({ type, path, mode, data: await buffer(part) });
    else {
      part.resume();
      if (type === 'directory') entries.push({ type, path, mode });
      else if (type === 'symlink' && linkname) entries.push({ type, path, target: linkname });
      else throw new Error(`/${path} is a ${type}, which no image here may hold`);
    }
  }
  return entries;
}
