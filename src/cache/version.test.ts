import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareVersions } from './version.ts';

it('orders versions as the 64-bit integers they are, beyond 2^53 too', () => {
  const version = fc.bigInt({ min: 0n, max: 2n ** 63n });
  fc.assert(
    fc.property(version, version, (a, b) => {
      const order = Math.sign(compareVersions(String(a), String(b)));
      expect(order).toBe(a < b ? -1 : a > b ? 1 : 0);
    }),
  );
});
