import { expect, test } from 'vitest';
import { fuzz } from './run.ts';

/** A million take a quarter of an hour: `npm run fuzz -- --records 1000000`. */
const RECORDS = 10_000;

test('T17 hostile JSON in everything that is read from the hub: no crash, and no write outside the allowed cells', async () => {
  const { records, writes } = await fuzz(RECORDS);
  expect(records).toBeGreaterThanOrEqual(RECORDS);
  // Or nothing would have been looked at.
  expect(writes).toBeGreaterThan(RECORDS / 5);
});
