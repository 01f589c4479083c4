import { describe } from 'vitest';
import { impatientClock } from '#test/driver/impatient-clock.ts';
import { useSet } from '#test/driver/use-set.ts';
import { anotherHub } from './another-hub.ts';
import { remembered } from './remembered.ts';
import { restored } from './restored.ts';

describe('whatever becomes of the hub, nothing is removed that is still exported', () => {
  const set = useSet({
    members: ['zzzc', 'shbt'],
    clusters: { audit: true },
    namespaces: ['plain', 'bumped', 'remembered', 'exchanged'],
    clock: impatientClock(),
  });
  describe('restored from an old snapshot, revisions as they were', () => restored(set, 'plain'));
  describe('restored from an old snapshot, revisions bumped', () => restored(set, 'bumped'));
  describe('gone back in time while an agent was away: the highest version of its Lease is remembered', () =>
    remembered(set));
  describe('another hub under the known URL', () => anotherHub(set));
});
