import { describe } from 'vitest';
import { useSet } from '#test/driver/use-set.ts';
import { tampering } from './f23-tampering.ts';
import { collisions } from './f24-collisions.ts';
import { LONG, names } from './f25-names.ts';
import { oversized } from './f27-oversized.ts';

describe('objects that others touch, own or name alike', () => {
  const set = useSet({
    members: ['zzzc', 'east', 'east-1'],
    clusters: { audit: true },
    namespaces: ['prod', 'prod-web', LONG.namespace],
  });
  describe('somebody edits and deletes imports', () => tampering(set));
  describe('somebody else has the name', () => collisions(set));
  describe('long names, and names that begin alike', () => names(set));
  describe('objects that are too large', () => oversized(set));
});
