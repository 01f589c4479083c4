import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlatformImage } from './build.ts';
import { commandIn } from './command.ts';
import { imageTree, writeTree } from './unpack.ts';

export const TIMES = 11;

/** `amd64: 117.6 MB unpacked, 42.1 MB to download (Debian 2.4, Node 38.9, Tombolo 0.8)`, in units of 10⁶ bytes. */
export function sizes({ platform, layers }: PlatformImage): string {
  const mb = (bytes: number) => (bytes / 1e6).toFixed(1);
  const unpacked = layers.reduce((sum, layer) => sum + layer.unpacked, 0);
  const packed = layers.reduce((sum, { blob }) => sum + blob.byteLength, 0);
  const each = layers.map(({ title, blob }) => `${title.split(/[ :]/)[0]} ${mb(blob.byteLength)}`).join(', ');
  return `${platform.architecture}: ${mb(unpacked)} MB unpacked, ${mb(packed)} MB to download (${each})`;
}

/** Milliseconds from start to end. The quickest says most on a machine that has other work. */
export interface StartUp {
  quickest: number;
  middle: number;
}

/**
 * How long `tombolo version` takes from the image at a layout, with the image's own Node and libraries, of eleven
 * times. Undefined where this machine cannot run the image.
 */
export async function startUp(layout: string): Promise<StartUp | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const root = mkdtempSync(join(tmpdir(), 'tombolo-image-'));
  try {
    writeTree(root, await imageTree(layout, 'amd64'));
    const { command, args } = commandIn(root);
    const times: number[] = [];
    for (let i = 0; i < TIMES; i++) {
      const start = performance.now();
      const { status, stderr } = spawnSync(command, [...args, 'version'], { encoding: 'utf8' });
      times.push(performance.now() - start);
      if (status !== 0) throw new Error(`tombolo version from the image ended with ${status}: ${stderr}`);
    }
    times.sort((a, b) => a - b);
    return { quickest: times[0] ?? 0, middle: times[(TIMES - 1) / 2] ?? 0 };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
