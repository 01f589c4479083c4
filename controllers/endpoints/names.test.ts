import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exportedSliceName, parseExportedSliceName } from '#apis/hub/exported-endpoint-slice.ts';
import { derivedServiceName, importedSliceName, isSliceHash, sliceHash } from './names.ts';

const LABEL_63 = `${'x'.repeat(62)}y`;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

describe('names are interface: they must not change between versions', () => {
  test('the derived Service’s, as the upstream reference and Cilium compute it', () => {
    // printf %s prod/db | openssl dgst -sha256 -binary | basenc --base32hex, lower case, first 10
    expect(derivedServiceName('prod', 'db')).toBe('derived-iriqaii1u1');
  });

  test('a slice record’s hash', () => {
    expect(sliceHash('db-x7k2q')).toBe('aao0ut6gl00i7');
  });

  test('an imported slice’s', () => {
    expect(importedSliceName('zzzc', 'prod', 'db', 'aao0ut6gl00i7')).toBe('db-zzzc-c1sk2oshl2the617');
  });
});

describe('names never meet', () => {
  test('prod/web-api and prod-web/api (https://github.com/submariner-io/lighthouse/issues/957)', () => {
    expect(derivedServiceName('prod', 'web-api')).not.toBe(derivedServiceName('prod-web', 'api'));
    const hash = sliceHash('same');
    expect(importedSliceName('zzzc', 'prod', 'web-api', hash)).not.toBe(
      importedSliceName('zzzc', 'prod-web', 'api', hash),
    );
  });

  test('service a-b of cluster c and service a of cluster b-c', () => {
    const hash = sliceHash('same');
    const one = importedSliceName('c', 'prod', 'a-b', hash);
    const other = importedSliceName('b-c', 'prod', 'a', hash);
    expect(one).not.toBe(other);
    expect(one.slice(0, 6)).toBe(other.slice(0, 6)); // The hash alone keeps them apart.
  });

  test('one slice name in two clusters (Karmada’s two providers overwrote each other)', () => {
    const hash = sliceHash('db-x7k2q');
    expect(importedSliceName('zzzc', 'prod', 'db', hash)).not.toBe(
      importedSliceName('shbt', 'prod', 'db', hash),
    );
  });

  test('any two different inputs', () => {
    const label = fc.stringMatching(/^[ab]([ab-]{0,3}[ab])?$/);
    const parts = fc.tuple(label, label, label, label);
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        const [a, b] = [one, other].map(([cluster, namespace, service, slice]) =>
          importedSliceName(cluster, namespace, service, sliceHash(slice)),
        );
        expect(a === b).toBe(one.join('/') === other.join('/'));
      }),
      { numRuns: 5_000 },
    );
  });
});

test('of 10,000 slices no two have one hash', () => {
  const hashes = Array.from({ length: 10_000 }, (_, at) => sliceHash(`db-${at.toString(36)}`));
  expect(new Set(hashes).size).toBe(10_000);
});

describe('names are valid', () => {
  test('with 63 characters throughout', () => {
    const cluster = LABEL_63.slice(-55);
    const hash = sliceHash(`${LABEL_63}-${LABEL_63}`);
    const imported = importedSliceName(cluster, LABEL_63, LABEL_63, hash);
    const record = exportedSliceName(LABEL_63, LABEL_63, hash);
    for (const name of [imported, record, derivedServiceName(LABEL_63, LABEL_63)]) {
      expect(name).toMatch(SUBDOMAIN);
      expect(name.length).toBeLessThanOrEqual(253);
    }
    expect(derivedServiceName(LABEL_63, LABEL_63)).toMatch(/^[a-z][a-z0-9-]{0,62}$/);
    expect(parseExportedSliceName(record)).toEqual({
      namespace: LABEL_63,
      service: LABEL_63,
      sliceHash: hash,
    });
  });

  test('for any source slice name, as a label value too', () => {
    fc.assert(fc.property(fc.string(), (name) => isSliceHash(sliceHash(name))));
  });
});

test.each([
  '',
  'x',
  'AAO0UT6GL00I7',
  'aao0ut6gl00iz',
  'aao0ut6gl00i7x',
  '0aao0ut6gl00i7',
  'aao0ut6gl00i70',
  'aao0ut6gl00i',
  'aao0ut6gl00i7\n',
  '../../etc/pas',
])('%j is no slice hash', (text) => {
  expect(isSliceHash(text)).toBe(false);
});
