import { describe } from 'vitest';
import { JumpingClock } from '#test/clock/jumping-clock.ts';
import { impatientClock } from '#test/driver/impatient-clock.ts';
import { useSet } from '#test/driver/use-set.ts';
import { fences } from './fences.ts';
import { frozen } from './frozen.ts';
import { leaving, removed } from './removed.ts';
import { slips } from './slips.ts';
import { withoutHub } from './without-hub.ts';

describe('absence is never authority without proof', () => {
  const clock = new JumpingClock(impatientClock());
  const set = useSet({
    members: ['zzzc', 'shbt'],
    clusters: { audit: true },
    each: { hub: { controllers: true } },
    namespaces: ['slips', 'frozen', 'removed', 'fenced', 'silent'],
    clock,
  });
  describe('shape is as sacred as existence', () => frozen(set));
  describe('a cluster that is gone for good', () => removed(set));
  describe('writes are fenced', () => fences(set));
  describe('a slip on the hub removes nothing', () => slips(set));
  describe('a hub that cannot be reached', () => withoutHub(set, clock));
  describe('leaving', () => leaving(set));
});
