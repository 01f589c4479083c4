import { expect, test } from 'vitest';
import { sortWrites } from '#test/driver/store-writes.ts';
import { idleChapter, idleFigures, renderIdle, type Silence } from './figures.ts';

const LEASES = '/registry/leases';
const hub = [
  `${LEASES}/member-a/tombolo-member`,
  `${LEASES}/kube-system/apiserver-x7k2p`,
  `${LEASES}/member-b/tombolo-member`,
  `${LEASES}/member-b/tombolo-member`,
  'compact_rev_key',
];
const silence: Silence = {
  seconds: 15,
  leaseIntervalSeconds: 10,
  realMembers: 1,
  members: 2,
  slices: 10,
  hub: sortWrites(hub),
  clusters: [sortWrites([`${LEASES}/tombolo-system/tombolo-member`])],
  requests: { 'hub, by a': { 'watch members': 2 }, 'a, by its agent': { 'get /apis/about.k8s.io 404': 1 } },
};

test('renewals are told from what nobody should have written', () => {
  const found = idleFigures(silence);
  expect(found).toMatchObject({
    renewals: { least: 1, most: 2 },
    renewalsAtMost: 2,
    leases: 3,
    otherWrites: { hub: [], clusters: [] },
    serverWrites: 2,
    reopened: 2,
    reads: 0,
  });
  expect(idleChapter(found).figures.filter(({ met }) => met === false)).toEqual([]);
});

test('any other write misses the target, and is named', () => {
  const event = '/registry/events/prod/db.17f';
  const found = idleFigures({ ...silence, clusters: [sortWrites([event, `${LEASES}/prod/tombolo-member`])] });
  expect(found.otherWrites.clusters).toEqual([event, `${LEASES}/prod/tombolo-member`]);
  expect(idleChapter(found).figures.filter(({ met }) => met === false)).toHaveLength(1);
  expect(renderIdle(found)).toContain(event);
});
