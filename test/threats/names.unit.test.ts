import { expect, test } from 'vitest';
import { exportedSliceName } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServiceName } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { importedSliceName, sliceHash } from '#controllers/endpoints/names.ts';

/** Tuples that are named; a million take eight seconds. */
const TUPLES = Number(process.env['NAMED_TUPLES'] ?? 100_000);

/** Parts of which any two meet when they are joined by a dash: prefixes of each other, dashes at every place. */
const PARTS = [
  'a',
  'b',
  'a-a',
  'a-b',
  'b-a',
  'a-a-a',
  'a-b-a',
  'a--a',
  'ab',
  'prod',
  'prod-web',
  'web-api',
  'api',
];

test(`T04 no two of ${TUPLES} records, imports or slices of members share a name`, () => {
  const names = new Set<string>();
  let tuples = 0;
  for (const [cluster, namespace, service, slice] of allTuples(TUPLES)) {
    const hash = sliceHash(slice);
    const record = `${memberNamespace(cluster)}/${exportedSliceName(namespace, service, hash)}`;
    names.add(record).add(`${namespace}/${importedSliceName(cluster, namespace, service, hash)}`);
    tuples++;
  }
  expect(tuples).toBe(TUPLES);
  expect(names.size).toBe(2 * TUPLES);
});

test('T04 a record’s name says which Service it is about, whatever the parts are', () => {
  const pairs = PARTS.flatMap((namespace) => PARTS.map((service) => exportedServiceName(namespace, service)));
  expect(new Set(pairs).size).toBe(PARTS.length ** 2);
});

/** Different ones, many of which are one text when joined. */
function* allTuples(count: number): Iterable<[string, string, string, string]> {
  for (let n = 0; n < count; n++) {
    const part = (place: number) => PARTS[Math.floor(n / PARTS.length ** place) % PARTS.length] ?? '';
    const round = Math.floor(n / PARTS.length ** 4);
    yield [part(0), part(1), part(2), `${part(3)}${round > 0 ? `-${round}` : ''}`];
  }
}
