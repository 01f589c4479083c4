import { expect, test } from 'vitest';
import { isClusterId } from './cluster-id.ts';

test.each(['zzzc', 'a', '7', 'eu-west-1', 'a'.repeat(55)])('%j is a cluster id', (id) => {
  expect(isClusterId(id)).toBe(true);
});

test.each(['', '-a', 'a-', 'A', 'a.b', 'a_b', 'a b', 'a\n', 'ä', 'a'.repeat(56)])(
  '%j is none: it must be one lower-case DNS label of at most 55 (guards against https://github.com/submariner-io/lighthouse/issues/707)',
  (id) => {
    expect(isClusterId(id)).toBe(false);
  },
);
