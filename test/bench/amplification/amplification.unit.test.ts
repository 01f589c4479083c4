import { expect, test } from 'vitest';
import { missed } from '../report/missed.ts';
import { amplificationChapter, amplificationCounts, amplificationOf } from './figures.ts';

const least = {
  'hub, by its controller': {},
  'hub, by a': { 'update exportedendpointslices': 10, 'watch members': 1 },
  'hub, by b1': {},
  'a, by its agent': { 'update endpointslices': 10, 'get /apis/about.k8s.io 404': 1 },
  'b1, by its agent': { 'update endpointslices': 10 },
};
const counts = { changes: 10, exporter: 'a', importers: ['b1'], requests: least, hubMs: 25 };

test('one write on the hub and one in each cluster is the least there is', () => {
  const found = amplificationOf(counts);
  expect(found).toEqual({
    importers: 1,
    changes: 10,
    hubWrites: 1,
    exporterWrites: 1,
    importerWrites: { least: 1, most: 1 },
    statusWrites: 0,
    reads: 0,
    hubMs: 2.5,
    besides: { 'hub, by a: watch members': 1, 'a, by its agent: get /apis/about.k8s.io 404': 1 },
  });
  expect(missed(amplificationCounts([found]))).toEqual([]);
  expect(amplificationChapter([found]).plots).toMatchObject([
    { series: [{ points: [[1, 3]] }, { points: [[1, 3]] }] },
  ]);
});

test('one request too many, or one too few, misses the target', () => {
  const requests = {
    ...least,
    'hub, by its controller': { 'update members/status': 1 },
    'b1, by its agent': { 'update endpointslices': 9, 'get endpointslices': 1 },
  };
  const found = amplificationOf({ ...counts, requests });
  expect(found).toMatchObject({
    hubWrites: 1.1,
    statusWrites: 0.1,
    reads: 0.1,
    importerWrites: { most: 0.9 },
  });
  expect(missed(amplificationCounts([found]))).toEqual([
    'writes on the hub, with 1 importers: 1.100 instead of 1.000',
    'writes in each importing cluster, with 1 importers: 0.900 instead of 1.000',
    'status writes, with 1 importers: 0.100 instead of 0.000',
    'GET and LIST, with 1 importers: 0.100 instead of 0.000',
  ]);
});
