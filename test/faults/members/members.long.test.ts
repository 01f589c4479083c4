import { describe } from 'vitest';
import { useSet } from '#test/driver/use-set.ts';
import { claims } from './f40-claims.ts';
import { memory } from './f40-memory.ts';
import { versions } from './f40-versions.ts';

describe('members that are not what they should be', () => {
  const set = useSet({ clusters: { audit: true } });
  describe('two of one id', () => claims(set));
  describe('one without memory', () => memory(set));
  describe('one of another version', () => versions(set));
});
