import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { NODE_VERSION } from '../../scripts/image/platform.ts';

it('the image holds the Node that tests run on', () => {
  const manifest: unknown = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(manifest).toMatchObject({ devDependencies: { node: NODE_VERSION } });
});
