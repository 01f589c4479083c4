import { copyFileSync, mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DebianPrograms } from './debian.ts';
import { imageArchive } from './image-archive.ts';

export const PAUSE = 'tombolo.test/pause:1';
export const COREDNS = 'tombolo.test/coredns:1';

/** Holds a pod's namespaces: a program that does nothing for ever. */
export function pauseImage({ root, busybox }: DebianPrograms): Promise<string> {
  return imageArchive({
    names: [PAUSE],
    key: [basename(root)],
    entrypoint: ['/busybox', 'sleep', '2147483647'],
    fill: async (into) => copyFileSync(busybox, join(into, 'busybox')),
  });
}

/** CoreDNS: the program alone. */
export function corednsImage(binary: string): Promise<string> {
  return imageArchive({
    names: [COREDNS],
    // The folder's name tells its version and all else that decides it.
    key: [basename(dirname(binary))],
    entrypoint: ['/coredns'],
    fill: async (into) => {
      copyFileSync(binary, join(into, 'coredns'));
      mkdirSync(join(into, 'tmp'));
    },
  });
}
