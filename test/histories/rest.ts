import { setTimeout as pause } from 'node:timers/promises';
import type { Rig } from './rig.ts';
import type { World } from './world.ts';

/** That long everything must stay as it is. */
const REST_MS = 60;
/** A look now and then, so that the deadline is kept where nothing changes. */
const POLL_MS = 500;
/** Changes come in packs. */
const PACK_MS = 10;

/**
 * Waits until nothing is wrong with any of the worlds, and stays so; resolves with what still is when the time is over,
 * by world.
 */
export async function rest(
  rig: Pick<Rig, 'onChange'>,
  worlds: readonly World[],
  wrong: (world: World) => string[],
  deadlineMs: number,
): Promise<Map<World, string[]>> {
  const deadline = Date.now() + deadlineMs;
  let changed = Promise.withResolvers<void>();
  const stop = rig.onChange(() => changed.resolve());
  const isWrong = (world: World) => wrong(world).length > 0;
  try {
    let left = worlds;
    for (;;) {
      changed = Promise.withResolvers();
      left = left.filter(isWrong);
      if (left.length === 0) {
        await pause(REST_MS);
        left = worlds.filter(isWrong);
        if (left.length === 0) return new Map();
      }
      if (Date.now() > deadline) return new Map(left.map((world) => [world, wrong(world)]));
      await Promise.race([changed.promise, pause(POLL_MS)]);
      await pause(PACK_MS);
    }
  } finally {
    stop();
  }
}
