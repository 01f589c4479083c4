import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { sha256 } from './digest.ts';
import type { Entry } from './entry.ts';
import { packTar } from './tar.ts';

const compress = promisify(gzip);

/** One layer of an image, packed. */
export interface Layer {
  /** What its history says: `node 24.21.0`. */
  title: string;
  /** gzip of the tar archive. */
  blob: Uint8Array;
  /** SHA-256 of the tar archive, as the image's configuration names it. */
  diffId: string;
  /** Bytes of all files. */
  unpacked: number;
}

/**
 * Packs a layer. Compressing Node takes longer than all the rest, and gives the same bytes each time: that is kept
 * under the digest of what goes in and the version of the zlib that does it.
 */
export async function packLayer(title: string, entries: readonly Entry[], cache: string): Promise<Layer> {
  const tar = await packTar(entries);
  const diffId = sha256(tar);
  const kept = join(cache, `${diffId}-zlib-${process.versions.zlib}.tar.gz`);
  const unpacked = entries.reduce(
    (sum, entry) => sum + (entry.type === 'file' ? entry.data.byteLength : 0),
    0,
  );
  if (existsSync(kept)) return { title, blob: readFileSync(kept), diffId, unpacked };
  // Node writes neither a time nor a name into the header.
  const blob = await compress(tar, { level: 9 });
  mkdirSync(cache, { recursive: true });
  writeFileSync(`${kept}.${process.pid}`, blob);
  renameSync(`${kept}.${process.pid}`, kept);
  return { title, blob, diffId, unpacked };
}
