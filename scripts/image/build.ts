import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '#test/clusters/build/lock.ts';
import type { Progress, Step } from '#test/clusters/progress.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { BundledPackage } from '../bundle/packages.ts';
import { type DebianPackage, debianPackages } from './debian/apt.ts';
import { debianRoot } from './debian/root.ts';
import { type Layer, packLayer } from './layer.ts';
import { type About, type Blob, platformImage } from './manifest.ts';
import { nodeBinary } from './node/binary.ts';
import { NODE_VERSION, type Platform } from './platform.ts';
import { nodeTree, programTree } from './program.ts';
import { skeleton } from './skeleton.ts';

export interface BuildOptions {
  bundle: Bundle;
  npm: readonly BundledPackage[];
  about: About;
  /** Downloads and compressed layers are kept here; only what has been checked is used. */
  cache: string;
  /** Ask Debian which versions are current, even if it was asked within a day. */
  refresh: boolean;
  /** Milliseconds since 1970. */
  now: number;
  progress: Progress;
}

/** The image of one platform, and what it was made of. */
export interface PlatformImage {
  platform: Platform;
  debian: readonly DebianPackage[];
  layers: readonly Layer[];
  /** Its manifest first. */
  blobs: readonly [Blob, ...Blob[]];
}

/**
 * Builds the image of one platform: Debian's part, Node, the program, a layer each, so that a new version of the
 * program is a download of one megabyte. Nothing in a layer depends on when or where it is built.
 */
export async function buildPlatform(platform: Platform, options: BuildOptions): Promise<PlatformImage> {
  const { bundle, npm, about, cache, progress } = options;
  const { architecture } = platform;
  // Two builds at a time would take each other's downloads away half-written.
  const alone = <T>(step: Step, work: () => Promise<T>) =>
    withLock(join(cache, `${architecture}.lock`), work, {
      onWait: () => step.update('another build is at it'),
    });
  mkdirSync(cache, { recursive: true });
  const debian = await progress.during(`Debian's packages for ${architecture}`, { usualMs: 6_000 }, (step) =>
    alone(step, () => debianPackages(platform, options, step)),
  );
  const node = await progress.during(`Node ${NODE_VERSION} for ${architecture}`, { usualMs: 8_000 }, (step) =>
    alone(step, () => nodeBinary(platform, cache, step)),
  );
  const layers = await progress.during(`pack ${architecture}`, { usualMs: 12_000 }, async () => {
    const kept = join(cache, 'layers');
    return await Promise.all([
      packLayer(
        `Debian: ${debian.map(({ name, version }) => `${name} ${version}`).join(', ')}`,
        [...skeleton(), ...(await debianRoot(debian, platform))],
        kept,
      ),
      packLayer(`Node ${NODE_VERSION}`, nodeTree(node), kept),
      packLayer('Tombolo', programTree(bundle, npm), kept),
    ]);
  });
  const [manifest, ...rest] = platformImage(platform, layers, about);
  if (manifest === undefined) throw new Error('an image has a manifest');
  return { platform, debian, layers, blobs: [manifest, ...rest] };
}
