import { describe, expect, it } from 'vitest';
import type { IDeployment } from '#apis/kubernetes/deployment.ts';
import type { Manifest } from '#src/install/manifest.ts';
import { clusterRole, clusterRoleBinding, ownRole, rule } from '#src/install/rbac.ts';
import { describeRight, type Right } from '#src/runtime/rights/missing-rights.ts';
import { laterRelease } from './crd.ts';
import { holds, sameContent } from './difference.ts';
import { rightsGranted } from './granted.ts';
import { notYet } from './rollout.ts';

const ACCOUNT = { namespace: 'ours', name: 'account' };

describe('the difference between what is wanted and what is there', () => {
  it('is not what the API server filled in', () => {
    const wanted = { a: 1, list: [{ x: 1 }], nothing: {} };
    expect(holds({ a: 1, list: [{ x: 1, y: 2 }], nothing: {}, more: 1 }, wanted)).toBe(true);
    expect(holds({ a: 2, list: [{ x: 1 }], nothing: {} }, wanted)).toBe(false);
    expect(holds({ a: 1, list: [{ x: 1 }, { x: 2 }], nothing: {} }, wanted)).toBe(false);
    expect(holds({ a: 1, list: [{ x: 1 }] }, wanted)).toBe(false);
  });

  it('is not who wrote it when, nor how it is', () => {
    const object = { metadata: { name: 'x', resourceVersion: '1', generation: 1 }, spec: { a: 1 } };
    const later = {
      metadata: { name: 'x', resourceVersion: '2', managedFields: [] },
      spec: { a: 1 },
      status: {},
    };
    expect(sameContent(object, later)).toBe(true);
    expect(sameContent(object, { ...later, spec: { a: 2 } })).toBe(false);
    expect(sameContent(object, { ...later, metadata: { name: 'x', labels: { a: 'b' } } })).toBe(false);
  });
});

describe('a CRD of upstream’s', () => {
  const crd = (release?: string): Manifest => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'x', ...(release && { labels: { 'multicluster.x-k8s.io/release-version': release } }) },
  });

  it.each<[string | undefined, string | undefined, boolean]>([
    ['v0.3.0', 'v0.4.0', true],
    ['v0.3.0', 'v0.3.1', true],
    ['v0.9.0', 'v0.10.0', true],
    ['v0.3.0', 'v1.0.0', true],
    ['v0.3.0', 'v0.3.0', false],
    ['v0.3.0', 'v0.2.9', false],
    ['v1.0.0', 'v0.9.9', false],
    ['v0.3.0', 'latest', false],
    ['v0.3.0', undefined, false],
    [undefined, 'v0.3.0', false],
  ])('of ours %s is not put over %s: %s', (ours, there, kept) => {
    expect(laterRelease(crd(ours), crd(there)) !== undefined).toBe(kept);
  });
});

describe('rights that are given away', () => {
  const secrets = rule('', ['secrets'], ['get'], ['one']);
  const missing = async (manifests: Manifest[], ...held: string[]) => {
    const has = async (right: Right) => held.includes(right.verb);
    return (await rightsGranted(manifests, { has })).map(describeRight);
  };

  it('must be held, where the role is, by whoever may not escalate', async () => {
    expect(await missing([clusterRole('r', [secrets])])).toEqual(['get secrets one in the whole cluster']);
    expect(await missing(ownRole(ACCOUNT, 'r', [secrets]))).toEqual(['get secrets one in namespace ours']);
    expect(await missing([clusterRole('r', [secrets])], 'escalate')).toEqual([]);
  });

  it('by a role that was there before need `bind`', async () => {
    expect(await missing([clusterRoleBinding('b', 'r', ACCOUNT)])).toEqual([
      'bind clusterroles.rbac.authorization.k8s.io r in the whole cluster',
    ]);
    const both = [clusterRole('r', []), clusterRoleBinding('b', 'r', ACCOUNT)];
    expect(await missing(both)).toEqual([]);
  });
});

describe('a Deployment', () => {
  const there = (status: IDeployment['status']): IDeployment => ({
    metadata: { name: 'x', generation: 2 },
    spec: { replicas: 2 },
    ...(status && { status }),
  });

  it.each<[IDeployment['status'], string | undefined]>([
    [undefined, 'its controller has not seen it yet'],
    [
      { observedGeneration: 1, updatedReplicas: 2, availableReplicas: 2 },
      'its controller has not seen it yet',
    ],
    [{ observedGeneration: 2, updatedReplicas: 1, availableReplicas: 2 }, '1 of 2 pods are made anew'],
    [{ observedGeneration: 2, updatedReplicas: 2, availableReplicas: 1 }, '1 of 2 pods are ready'],
    [{ observedGeneration: 2, updatedReplicas: 2, availableReplicas: 2 }, undefined],
    [
      {
        observedGeneration: 2,
        conditions: [
          { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'a policy\nsays no' },
        ],
      },
      'FailedCreate: a policy says no',
    ],
  ])('%j waits for: %s', (status, why) => expect(notYet(there(status))).toBe(why));
});
