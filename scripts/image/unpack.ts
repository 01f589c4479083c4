import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import type { Entry } from './entry.ts';
import { readTar } from './tar.ts';

const descriptor = z.object({
  digest: z.string().startsWith('sha256:'),
  size: z.number(),
  mediaType: z.string(),
  platform: z.object({ os: z.string(), architecture: z.string() }).optional(),
});
export const indexSchema = z.object({ mediaType: z.string(), manifests: z.array(descriptor).min(1) });
export const manifestSchema = z.object({
  mediaType: z.string(),
  config: descriptor,
  layers: z.array(descriptor).min(1),
});

/** The bytes of a blob in an OCI image layout. */
export function readBlob(layout: string, { digest }: { digest: string }): Buffer {
  return readFileSync(join(layout, 'blobs', digest.replace(':', '/')));
}

/** The index of the one image in a layout, with a manifest for each platform. */
export function imageIndex(layout: string): z.infer<typeof indexSchema> {
  const top = indexSchema.parse(JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')));
  const [image] = top.manifests;
  if (image === undefined) throw new Error(`${layout} names no image`);
  return indexSchema.parse(JSON.parse(readBlob(layout, image).toString()));
}

/** Everything that the image of a platform shows as its root. Its layers never replace anything of one another. */
export async function imageTree(layout: string, architecture: string): Promise<Entry[]> {
  const found = imageIndex(layout).manifests.find(({ platform }) => platform?.architecture === architecture);
  if (found === undefined) throw new Error(`${layout} holds no image for ${architecture}`);
  const { layers } = manifestSchema.parse(JSON.parse(readBlob(layout, found).toString()));
  const trees = await Promise.all(
    layers.map((layer) => readTar(gunzipSync(readBlob(layout, layer)), () => true)),
  );
  return trees.flat();
}

/** Writes a tree into an empty folder, which becomes its root. */
export function writeTree(folder: string, tree: readonly Entry[]): void {
  for (const entry of tree) {
    const path = join(folder, entry.path);
    mkdirSync(dirname(path), { recursive: true });
    if (entry.type === 'symlink') symlinkSync(entry.target, path);
    else {
      if (entry.type === 'file') writeFileSync(path, entry.data);
      else mkdirSync(path, { recursive: true });
      // The umask of whoever runs this has no say.
      chmodSync(path, entry.mode);
    }
  }
}
