import { describe } from 'vitest';
import { impatientClock } from '#test/driver/impatient-clock.ts';
import { useSet } from '#test/driver/use-set.ts';
import { fences } from './fences.ts';
import { frozen } from './frozen.ts';
import { readers } from './readers.ts';
import { leaving, removed } from './removed.ts';
import { slips } from './slips.ts';

describe('absence is never authority without proof', () => {
  const set = useSet({
    members: ['zzzc', 'shbt'],
    clusters: { audit: true },
    each: { hub: { controllers: true } },
    namespaces: ['slips', 'frozen', 'removed', 'fenced', 'read'],
    clock: impatientClock(),
  });
  describe('shape is as sacred as existence', () => frozen(set));
  describe('a cluster that is gone for good', () => removed(set));
  describe('writes are fenced', () => fences(set));
  describe('records that others wrote', () => readers(set));
  describe('a slip on the hub removes nothing', () => slips(set));
  describe('leaving', () => leaving(set));
});
