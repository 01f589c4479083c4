import { expect, it } from 'vitest';
import { CHAPTERS } from './all.ts';

const specs = CHAPTERS.flatMap((chapter) => chapter.specs);

it('every id is there once and can be part of a namespace’s name', () => {
  const ids = specs.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[a-z]+\.[a-z][a-z-]{1,38}$/);
});

it('every requirement is one sentence', () => {
  for (const { says } of specs) {
    expect(says).toMatch(/^[A-Z].*\.$/);
    expect(says.length).toBeLessThan(150);
  }
});
