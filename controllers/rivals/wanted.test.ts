import { expect, test } from 'vitest';
import { MANAGED_BY, SLICE_MANAGED_BY_LABEL } from '#apis/labels.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import { endpoint, slice } from '#test/driver/builders.ts';
import { wantedDigest } from './wanted.ts';

const ours = slice('prod', 'db', 'a', [endpoint('198.18.1.1')]);
const withMetadata = (metadata: object) => ({ ...ours, metadata: { ...ours.metadata, ...metadata } });
const digest = (object: typeof ours) => wantedDigest(object, 'object');

test.each<[string, typeof ours]>([
  ['versions', withMetadata({ resourceVersion: '7', generation: 3, uid: 'x' })],
  [
    'what others have put there',
    withMetadata({ labels: { ...ours.metadata.labels, theirs: String(Math.E) } }),
  ],
  ['owners that others have added', withMetadata({ ownerReferences: [{ uid: 'theirs' }] })],
])('%s are no part of what is wanted', (_what, object) => {
  expect(digest(object)).toBe(digest(ours));
});

test.each<[string, typeof ours]>([
  ['endpoints', slice('prod', 'db', 'a', [endpoint('198.18.1.2')])],
  ['a label of ours', withMetadata({ labels: { [SLICE_MANAGED_BY_LABEL]: MANAGED_BY } })],
  ['another owner', withMetadata({ ownerReferences: [{ uid: 'anew', controller: true }] })],
])('%s make another state', (_what, object) => {
  expect(digest(object)).not.toBe(digest(ours));
});

test('a status is wanted by its content, whenever its conditions turned and whatever the spec is', () => {
  const imported = (at: string, reason = 'Ready', ports = 1): IServiceImport => ({
    metadata: { name: 'db', namespace: 'prod' },
    spec: { type: 'Headless', ports: [{ port: ports }] },
    status: { conditions: [{ type: 'Ready', status: 'True', reason, message: '', lastTransitionTime: at }] },
  });
  const of = (object: IServiceImport) => wantedDigest(object, 'status');
  expect(of(imported('2026-01-01T00:00:00Z'))).toBe(of(imported('2026-01-02T00:00:00Z', 'Ready', 2)));
  expect(of(imported('2026-01-01T00:00:00Z'))).not.toBe(of(imported('2026-01-01T00:00:00Z', 'Pending')));
});
