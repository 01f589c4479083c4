import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generate } from '#test/histories/generate.ts';
import { KEPT } from '#test/histories/kept.ts';
import { play } from '#test/histories/play.ts';
import { Rig } from '#test/histories/rig.ts';
import { complaints } from '#test/histories/verdict.ts';

/** First seeds of rounds of ten; `npm run histories` plays any number. */
const ROUNDS = [1, 31];

describe('random histories of three members and a hub, with random faults', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await Rig.open();
  });
  afterAll(() => rig?.close());

  it.each(ROUNDS)(
    'the round of seed %i: nothing goes without a reason, and in the end all show what the oracle says',
    async (seed) => {
      expect(complaints(await play(rig, generate(seed)))).toEqual([]);
    },
  );

  it.each(Object.keys(KEPT))('once: %s', async (name) => {
    const script = KEPT[name];
    if (script === undefined) throw new Error('unreachable: it is a key');
    expect(complaints(await play(rig, script))).toEqual([]);
  });
});
