import { Program } from '../rig/program.ts';
import type { FloorConfig, FloorDone } from './floor-side.ts';

/** What the bare program is bundled from. */
export const FLOOR_SOURCE = new URL('./floor-side.ts', import.meta.url);

/** How long the bare program, bundled into `script`, takes from its start to have read and parsed everything. */
export async function measureFloor(script: URL, config: FloorConfig): Promise<{ ms: number; bytes: number }> {
  const { promise, resolve, reject } = Promise.withResolvers<FloorDone>();
  const began = performance.now();
  const program = new Program<never, FloorDone>('floor', script, config, resolve, reject);
  try {
    const { bytes } = await promise;
    return { ms: performance.now() - began, bytes };
  } finally {
    await program.stop();
  }
}
