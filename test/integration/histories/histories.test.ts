import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generate } from '#test/histories/generate.ts';
import { play } from '#test/histories/play.ts';
import { Rig } from '#test/histories/rig.ts';
import { complaints } from '#test/histories/verdict.ts';

/** A few that meet much in little time, and those that once failed; `npm run histories` plays any number. */
const SEEDS = [1, 2, 5, 8, 10, 33];

describe('random histories of three members and a hub, with random faults', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await Rig.open();
  });
  afterAll(() => rig?.close());

  it.each(SEEDS)(
    'seed %i: nothing goes without a reason, and in the end all show what the oracle says',
    async (seed) => {
      expect(complaints(await play(rig, generate(seed)))).toEqual([]);
    },
  );
});
