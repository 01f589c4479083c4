import { expect, it } from 'vitest';
import { EXPORTED_KEYS_LIMIT, EXPORTED_METADATA_LIMIT } from '#controllers/conflict/metadata.ts';
import { whyOversized } from './oversized.ts';

const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, 'v']));
const long = (characters: number) => ({ key: 'v'.repeat(characters - 3) });

it('what fits to the last entry and character is taken', () => {
  expect(whyOversized({})).toBeUndefined();
  expect(
    whyOversized({ labels: many(EXPORTED_KEYS_LIMIT), annotations: long(EXPORTED_METADATA_LIMIT) }),
  ).toBeUndefined();
});

it('one entry more, or one character, is too much, and it is said of what', () => {
  expect(whyOversized({ labels: many(257) })).toBe(
    'spec.exportedLabels has 257 entries that travel, more than 256',
  );
  expect(whyOversized({ annotations: long(65_537) })).toBe(
    'spec.exportedAnnotations holds 65537 characters that travel, more than 65536',
  );
});
