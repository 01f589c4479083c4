import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Entry, file } from './entry.ts';
import { type Blob, MEDIA_TYPE } from './manifest.ts';

/** What an image is called: `tombolo.dev/tombolo` and `0.1.0`. */
export interface ImageName {
  repository: string;
  tag: string;
}

/**
 * The files of an OCI image layout (OCI image format specification 1.1, image-layout.md) that holds one image. Its name
 * stands where containerd (`io.containerd.image.name`) and everybody else (`ref.name`) look for it.
 */
export function layoutOf(image: Blob, blobs: readonly Blob[], { repository, tag }: ImageName): Entry[] {
  const annotations = {
    'io.containerd.image.name': `${repository}:${tag}`,
    'org.opencontainers.image.ref.name': tag,
  };
  const index = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.index,
    manifests: [{ ...image.descriptor, annotations }],
  };
  // A layer that two platforms share is one blob.
  const files = new Map<string, Uint8Array>();
  for (const { descriptor, bytes } of [image, ...blobs]) {
    files.set(`blobs/${descriptor.digest.replace(':', '/')}`, bytes);
  }
  return [
    file('oci-layout', JSON.stringify({ imageLayoutVersion: '1.0.0' })),
    file('index.json', JSON.stringify(index)),
    ...[...files].map(([path, bytes]) => file(path, bytes)),
  ];
}

/** Throws where a layout that is written to a folder would replace something else. */
export function refuseForeign(folder: string): void {
  const isForeign = existsSync(folder) && readdirSync(folder).length > 0;
  if (isForeign && !existsSync(join(folder, 'oci-layout'))) {
    throw new Error(`${folder} holds something that is no OCI image layout: name another --output`);
  }
}

/** Writes a layout to a folder, in place of the one that may be there. Throws rather than empty another folder. */
export function writeLayout(folder: string, layout: readonly Entry[]): void {
  refuseForeign(folder);
  rmSync(folder, { recursive: true, force: true });
  for (const entry of layout) {
    if (entry.type !== 'file') continue;
    const path = join(folder, entry.path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, entry.data);
  }
}
