import { expect, test } from 'vitest';
import { decodeEndpoint } from '#controllers/endpoints/line.ts';
import { numbersIn } from '../journey/numbers.ts';
import { missed } from '../report/missed.ts';
import { type Restart, restartChapter, restartCounts, restartFigures } from './figures.ts';
import { bareRecord, bareSlice, numbered } from './hot.ts';

const restart: Restart = {
  firstMs: 1_100,
  freshMs: 1_500,
  floorMs: 1_000,
  hotMs: [10, 12],
  bareMs: [10, 10],
  hotWrites: 3,
  otherWrites: [],
  reads: { 'list members': 1, 'list endpointslices': 1, 'get leases': 1, 'get /apis/about.k8s.io 404': 1 },
};
const size = { slices: 100, kinds: 2, floorBytes: 1_000_000, restarts: [restart, restart] };

test('a start that writes nothing of its own and lists every kind once meets every target', () => {
  const found = restartFigures(size);
  expect(found).toMatchObject({ otherWrites: 0, lists: 2, gets: 0, hotWrites: 6, fresh: 1.5, first: 1.1 });
  expect(restartChapter([found]).figures.map(({ met }) => met)).toEqual([true, true, true, true, true]);
});

test('one write, one GET and one page more are three targets missed', () => {
  const more = {
    ...restart,
    otherWrites: ['update /x'],
    reads: { ...restart.reads, 'get members': 1, 'list members': 2 },
  };
  const found = restartFigures({ ...size, restarts: [restart, more] });
  expect(found).toMatchObject({ otherWrites: 1, lists: 3, gets: 1 });
  expect(missed(restartCounts([found]))).toHaveLength(3);
});

test('a start that is fresh before anything could be measured has no R99', () => {
  expect(restartFigures({ ...size, restarts: [{ ...restart, hotMs: [] }] }).hotR99).toBeNull();
});

test('the hot record keeps its endpoints under numbered addresses, and the bare lane has as many', () => {
  const record = numbered({
    metadata: { namespace: 'member-p0', name: 'prod.db.abc' },
    spec: {
      addressType: 'IPv4',
      ports: [],
      source: { uid: 'u', generation: 1 },
      endpoints: ['198.18.0.1 RSt hostname=db-0', '198.18.0.2 rst'],
      asserted: { uid: 'u', sequence: 1 },
    },
  });
  expect(record.spec.endpoints.map((line) => decodeEndpoint(line)?.hostname)).toEqual(['db-0', undefined]);
  expect(numbersIn(JSON.stringify(bareRecord(record)))).toHaveLength(2);
});

test('the bare lane’s slice bears nothing by which the product would know it', () => {
  const slice = bareSlice({
    metadata: {
      name: 'x',
      namespace: 'prod',
      uid: 'u',
      labels: {
        'endpointslice.kubernetes.io/managed-by': 'member.tombolo.dev',
        'kubernetes.io/service-name': 'x',
      },
      annotations: { 'tombolo.dev/source': 'u/1' },
    },
    addressType: 'IPv4',
    endpoints: [],
  });
  expect(slice.metadata.labels?.['endpointslice.kubernetes.io/managed-by']).toBe('relay.bench.tombolo.dev');
  expect(Object.keys(slice.metadata.labels ?? {})).not.toContain('kubernetes.io/service-name');
  expect(slice.metadata.annotations).toEqual({ 'bench.tombolo.dev/source': 'u/1' });
  expect(slice.metadata).not.toHaveProperty('uid');
});
