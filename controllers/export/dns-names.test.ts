import { describe, expect, test } from 'vitest';
import { namelessEndpoints } from './dns-names.ts';

const long = 'x'.repeat(63);

function endpoints(...hostnames: (string | undefined)[]) {
  return hostnames.map((hostname) => ({ addresses: ['198.18.0.1'], ...(hostname && { hostname }) }));
}

describe("an endpoint's own name in the set", () => {
  test('fits DNS with parts of 63 characters and a short cluster id', () => {
    const at = { cluster: 'zzzc', namespace: long, service: long };
    expect(namelessEndpoints(endpoints(long), at)).toBeUndefined();
  });

  test('may be 253 characters long, and not one more', () => {
    // 63 + 1 + 40 + 1 + 63 + 1 + 63 + 1 + 20 = 253
    const at = { cluster: 'c'.repeat(40), namespace: long, service: long };
    expect(namelessEndpoints(endpoints(long), at)).toBeUndefined();
    const message = namelessEndpoints(endpoints(long, undefined, 'db-0'), { ...at, cluster: 'c'.repeat(41) });
    expect(message).toMatch(/^endpoint x{63} cannot be resolved .* 254 characters where DNS allows 253/);
  });

  test('is said of the first, and how many more', () => {
    const at = { cluster: 'c'.repeat(55), namespace: long, service: long };
    expect(namelessEndpoints(endpoints(long, `y${long.slice(1)}`), at)).toContain(
      `endpoint ${long} and 1 more `,
    );
  });
});
