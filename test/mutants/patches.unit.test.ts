import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MUTANTS } from './list.ts';
import { checkPatch } from './tree.ts';

// A patch that no longer applies would make its mistake nowhere: it must follow the code.
test.each(MUTANTS.map(({ name }) => name))('the mutant %s can be made in this tree', async (name) => {
  await expect(checkPatch(name)).resolves.toBeUndefined();
});

test('every patch is on the list, once', () => {
  const patches = readdirSync(join(import.meta.dirname, 'patches')).map((file) =>
    file.replace(/\.patch$/, ''),
  );
  expect(MUTANTS.map(({ name }) => name).sort()).toEqual(patches.sort());
});
