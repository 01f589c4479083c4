import { execFile } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { buildModule } from '#test/clusters/build/go-build.ts';
import { MODULES } from '#test/clusters/build/modules.ts';
import { imageArchive } from '#test/clusters/node/image-archive.ts';
import { Progress } from '#test/clusters/progress.ts';

const run = promisify(execFile);

/** Builds the image as `npm run image` does, into a folder, and gives the archive. */
export async function tomboloImage(folder: string): Promise<string> {
  const output = join(folder, 'image');
  await run(process.execPath, ['scripts/image/main.ts', '--output', output]);
  return `${output}.tar`;
}

/** The CoreDNS of the test clusters under the name that the chart has for it. */
export async function corednsImage(name: string): Promise<string> {
  const built = await buildModule(MODULES.coredns, new Progress({ quietMs: 2_000 }));
  return imageArchive({
    names: [name],
    key: [basename(built), name],
    entrypoint: ['/coredns'],
    fill: async (into) => copyFileSync(join(built, 'coredns'), join(into, 'coredns')),
  });
}
