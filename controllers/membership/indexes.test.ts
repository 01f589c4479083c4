import { describe, expect, test } from 'vitest';
import {
  BY_MEMBER,
  BY_SERVICE,
  exportedServiceIndexes,
  exportedSliceIndexes,
  sourceSliceIndexes,
} from './indexes.ts';

function values(
  indexes: Record<string, (object: never) => Iterable<string>>,
  index: string,
  object: unknown,
): string[] {
  return [...(indexes[index]?.(object as never) ?? [])];
}

function record(namespace: string, name: string) {
  return { metadata: { namespace, name } };
}

describe('the hub is indexed by where records lie and what they are named', () => {
  test.each([
    ['member-zzzc', 'prod.db', ['prod/db']],
    ['member-zzzc', 'prod', []],
    ['member-zzzc', 'prod.db.more', []],
    ['member-zzzc', '.db', []],
    ['kube-system', 'prod.db', []],
    ['member-', 'prod.db', []],
  ])('an ExportedService %s/%s is about %j', (namespace, name, expected) => {
    expect(values(exportedServiceIndexes, BY_SERVICE, record(namespace, name))).toEqual(expected);
  });

  test.each([
    ['member-zzzc', 'prod.db.abc', ['zzzc/prod/db']],
    ['member-zzzc', 'prod.db', []],
    ['prod', 'prod.db.abc', []],
  ])('an ExportedEndpointSlice %s/%s is about %j', (namespace, name, expected) => {
    expect(values(exportedSliceIndexes, BY_SERVICE, record(namespace, name))).toEqual(expected);
  });

  test('prod/web-api and prod-web/api are two (lighthouse#957)', () => {
    const one = values(exportedServiceIndexes, BY_SERVICE, record('member-a', 'prod.web-api'));
    expect(one).not.toEqual(values(exportedServiceIndexes, BY_SERVICE, record('member-a', 'prod-web.api')));
  });

  test('a record belongs to the member whose namespace it lies in, whatever it says', () => {
    expect(values(exportedServiceIndexes, BY_MEMBER, record('member-shbt', 'prod.db'))).toEqual(['shbt']);
    expect(values(exportedSliceIndexes, BY_MEMBER, record('default', 'prod.db.abc'))).toEqual([]);
  });
});

test('own slices are sources unless we wrote them', () => {
  const metadata = { namespace: 'prod', name: 'db-1', labels: { 'kubernetes.io/service-name': 'db' } };
  expect(values(sourceSliceIndexes, BY_SERVICE, { view: 'source', metadata })).toEqual(['prod/db']);
  expect(values(sourceSliceIndexes, BY_SERVICE, { view: 'imported', metadata })).toEqual([]);
  expect(
    values(sourceSliceIndexes, BY_SERVICE, { view: 'source', metadata: { ...metadata, labels: {} } }),
  ).toEqual([]);
});
