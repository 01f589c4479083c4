import { describe, expect, it } from 'vitest';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import { services } from '#apis/kubernetes/service.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { collectionPath, objectPath, queryString, targetName } from './paths.ts';

describe('paths', () => {
  it.each([
    [collectionPath(services, undefined), '/api/v1/services'],
    [collectionPath(services, 'prod'), '/api/v1/namespaces/prod/services'],
    [objectPath(namespaces, { name: 'prod' }), '/api/v1/namespaces/prod'],
    [
      objectPath(serviceExports, { namespace: 'prod', name: 'db' }, 'status'),
      '/apis/multicluster.x-k8s.io/v1beta1/namespaces/prod/serviceexports/db/status',
    ],
    [
      objectPath(services, { namespace: 'a/b', name: 'c?d#e%2f' }),
      '/api/v1/namespaces/a%2Fb/services/c%3Fd%23e%252f',
    ],
  ])('%s', (path, expected) => {
    expect(path).toBe(expected);
  });

  it.each(['..', '.', ''])('a name like %j cannot climb out of its collection', (name) => {
    expect(() => objectPath(services, { namespace: 'prod', name })).toThrow(TypeError);
    expect(() => objectPath(services, { namespace: name, name: 'db' })).toThrow(TypeError);
  });

  it('a namespace is needed where there is one, and refused where there is none', () => {
    expect(() => objectPath(services, { name: 'db' })).toThrow(
      'services live in namespaces: none is given for db',
    );
    expect(() => collectionPath(namespaces, 'prod')).toThrow(TypeError);
  });

  it('only parameters with a value are sent', () => {
    expect(queryString({ limit: 5, continue: undefined, resourceVersion: '' })).toBe('?limit=5');
    expect(queryString({ labelSelector: 'a=b,c' })).toBe('?labelSelector=a%3Db%2Cc');
    expect(queryString({})).toBe('');
  });

  it('messages name kinds with their group', () => {
    expect(targetName(services, 'prod', 'db')).toBe('services prod/db');
    expect(targetName(serviceExports, 'prod')).toBe('serviceexports.multicluster.x-k8s.io in prod');
    expect(targetName(namespaces, undefined, 'prod')).toBe('namespaces prod');
    expect(targetName(namespaces)).toBe('namespaces');
  });
});
