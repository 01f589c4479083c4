import { expect, it } from 'vitest';
import type { ObjectMeta } from '#apis/meta.ts';
import { comesWithIt } from './namespace-content.ts';

it.each<[boolean, string, Partial<ObjectMeta>]>([
  [true, 'ConfigMap', { name: 'kube-root-ca.crt' }],
  [true, 'ServiceAccount', { name: 'default' }],
  [true, 'Event', { name: 'any' }],
  [true, 'Pod', { name: 'agent', labels: { 'app.kubernetes.io/part-of': 'tombolo' } }],
  [true, 'Secret', { name: 'going', deletionTimestamp: '2026-11-24T12:00:00Z' }],
  [
    true,
    'ReplicaSet',
    {
      name: 'of-ours',
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'x', uid: 'y', controller: true }],
    },
  ],
  [false, 'ConfigMap', { name: 'users' }],
  [false, 'ServiceAccount', { name: 'users' }],
  [false, 'Secret', { name: 'users', labels: { 'app.kubernetes.io/part-of': 'theirs' } }],
])('%s: %s %j is no reason to keep the namespace', (expected, kind, metadata) => {
  expect(comesWithIt(kind, { metadata: { name: '', ...metadata } })).toBe(expected);
});
