import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HubLoops } from './hub.ts';
import { type HubEvent, hubEvents } from './hub-events.ts';
import { DECLARATIONS, JOINED } from './hub-world.ts';
import { history, told } from './told.ts';

/** What comes in one go, before the loops have had a look, and what comes after it. */
const rounds = fc.array(
  fc.record({
    events: fc.array(hubEvents, { minLength: 1, maxLength: 3 }),
    // As many as a Lease lives, or a few: a member that is judged for the first time after a long silence is called
    // heard of by the first tick, and not by the third.
    ticks: fc.constantFrom(3, 3, 3, 25),
    renewing: fc.subarray(JOINED),
    heardOf: fc.option(fc.constantFrom(...JOINED), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 12 },
);

test('whatever the watches of the hub’s controller bring, every key that it bears on is named', async () => {
  const property = fc.asyncProperty(fc.constantFrom(...DECLARATIONS), rounds, async (declaration, all) => {
    const loops = await HubLoops.start(declaration);
    await nothingIsLeft(loops, { ticked: true }, []);
    for (const [at, { events, ticks, renewing, heardOf }] of all.entries()) {
      const until = all.slice(0, at + 1);
      for (const event of events) event.happens(loops);
      await loops.settles();
      await nothingIsLeft(loops, { ticked: false }, until);
      await loops.waits({ ticks, renewing });
      await nothingIsLeft(loops, { ticked: true }, until);
      // Whoever counts as reachable waits for the next tick.
      if (heardOf === undefined || loops.isHeardOf(heardOf)) continue;
      loops.renews(heardOf);
      await loops.settles();
      const said = loops.isHeardOf(heardOf);
      await loops.looksAgain({ ticked: true });
      expect(said, history(until.map(({ events }) => events))).toBe(loops.isHeardOf(heardOf));
    }
  });
  await fc.assert(property, { numRuns: 800 });
});

/** Looks at all keys: whatever is still to be done was named by nobody. */
async function nothingIsLeft(
  loops: HubLoops,
  when: { ticked: boolean },
  until: readonly { events: HubEvent[] }[],
): Promise<void> {
  const before = loops.writes.length;
  await loops.looksAgain(when);
  expect(loops.writes.slice(before).map(told), history(until.map(({ events }) => events))).toEqual([]);
}
