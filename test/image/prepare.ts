import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildImage, scratch } from './built.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The OCI image layout that all tests of the image look at. */
    layout: string;
    /** What `npm run image` printed when it built that. */
    printed: string;
  }
}

export const FLAGS = ['--source', 'https://tombolo.dev/source'];

/** Builds the image once, for all files. */
export async function setup(project: TestProject): Promise<() => void> {
  const place = scratch();
  const layout = join(place.folder, 'image');
  project.provide('layout', layout);
  project.provide('printed', await buildImage(layout, { flags: ['--refresh', ...FLAGS] }));
  return () => place[Symbol.dispose]();
}
