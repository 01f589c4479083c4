import { describe, expect, test } from 'vitest';
import type { IClusterProperty } from '#apis/kubernetes/cluster-property.ts';
import { MANAGED_BY, MANAGED_BY_LABEL } from '#apis/labels.ts';
import { absentNamespaces } from './absent-namespaces.ts';
import { judgeProperty } from './property.ts';

const NAME = 'cluster.clusterset.k8s.io';
const OURS = { [MANAGED_BY_LABEL]: MANAGED_BY };

function property(value: string, labels: Record<string, string> = {}): IClusterProperty {
  return { metadata: { name: NAME, labels, resourceVersion: '7' }, spec: { value } };
}

describe('what a cluster says of itself', () => {
  test('is written where nobody says anything', () => {
    expect(judgeProperty(NAME, 'zzzc', undefined)).toEqual({
      is: 'write',
      object: { metadata: { name: NAME, labels: OURS }, spec: { value: 'zzzc' } },
    });
  });

  test('is left alone where it agrees, whoever wrote it', () => {
    expect(judgeProperty(NAME, 'zzzc', property('zzzc'))).toEqual({ is: 'agreed' });
    expect(judgeProperty(NAME, 'zzzc', property('zzzc', OURS))).toEqual({ is: 'agreed' });
  });

  test('follows the settings where it is ours, fenced by its version', () => {
    expect(judgeProperty(NAME, 'zzzc', property('old', OURS))).toEqual({
      is: 'write',
      object: property('zzzc', OURS),
    });
  });

  test('is another writer’s word where it is not ours: both values are told, and nothing is written', () => {
    expect(judgeProperty(NAME, 'zzzc', property('bjpdc'))).toEqual({
      is: 'disagreement',
      why: expect.stringMatching(/cluster\.clusterset\.k8s\.io of this cluster is "bjpdc".*"zzzc"/),
    });
  });
});

describe('namespaces that are not here', () => {
  const here = new Set(['prod']);
  const exists = (name: string) => here.has(name);

  test('are named once each, in order', () => {
    expect(absentNamespaces(['stage', 'prod', 'dev', 'stage'], exists)).toBe('dev,stage');
    expect(absentNamespaces(['prod'], exists)).toBe('');
  });

  test('are counted where they are too many for an annotation', () => {
    const many = Array.from({ length: 1_200 }, (_, index) => `n${index}`);
    const said = absentNamespaces(many, exists).split(',');
    expect(said).toHaveLength(501);
    expect(said.at(-1)).toBe('+700');
  });
});
