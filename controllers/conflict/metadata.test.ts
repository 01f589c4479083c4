import { describe, expect, test } from 'vitest';
import { filterExported } from './metadata.ts';

describe('exported metadata', () => {
  test.each([
    ['tier', true],
    ['example.com/tier', true],
    ['app.kubernetes.io/name', true],
    ['app.kubernetes.io/version', true],
    ['networking.istio.io/exportTo', true],
    ['Upper_Case.name', true],
    ['notkubernetes.io/x', true],
    ['constructor', true],
    ['app.kubernetes.io/instance', 'is how deployment tools find what they own'],
    ['app.kubernetes.io/managed-by', 'is how deployment tools find what they own'],
    ['argocd.argoproj.io/tracking-id', 'belongs to Argo'],
    ['kustomize.toolkit.fluxcd.io/name', 'belongs to Flux'],
    ['helm.toolkit.fluxcd.io/namespace', 'belongs to Flux'],
    ['meta.helm.sh/release-name', 'belongs to Helm'],
    ['kapp.k14s.io/app', 'belongs to kapp'],
    ['objectset.rio.cattle.io/hash', 'belongs to Rancher'],
    ['configmanagement.gke.io/managed', 'belongs to Config Sync'],
    ['kubectl.kubernetes.io/last-applied-configuration', 'is reserved for Kubernetes'],
    ['kubernetes.io/service-name', 'is reserved for Kubernetes'],
    ['endpointslice.kubernetes.io/managed-by', 'is reserved for Kubernetes'],
    ['service.kubernetes.io/headless', 'is reserved for Kubernetes'],
    ['k8s.io/x', 'is reserved for Kubernetes'],
    ['config.k8s.io/owning-inventory', 'is reserved for Kubernetes'],
    ['multicluster.kubernetes.io/source-cluster', 'is reserved for the Multi-Cluster Services API'],
    ['multicluster.x-k8s.io/anything', 'is reserved for the Multi-Cluster Services API'],
    ['multicluster.example.com/anything', 'is reserved for the Multi-Cluster Services API'],
    ['tombolo.dev/managed-by', 'is reserved for Tombolo'],
    ['member.tombolo.dev/x', 'is reserved for Tombolo'],
    ['__proto__', 'is not a valid key'],
    ['', 'is not a valid key'],
    ['/x', 'is not a valid key'],
    ['example.com/', 'is not a valid key'],
    ['example.com/a/b', 'is not a valid key'],
    ['Example.com/x', 'is not a valid key'],
    ['white space', 'is not a valid key'],
    ['x'.repeat(64), 'is not a valid key'],
    ['x'.repeat(63), true],
    [`${'x'.repeat(254)}/x`, 'is not a valid key'],
  ])('%s travels: %s', (key, expected) => {
    const map = Object.fromEntries([[key, 'v']]);
    for (const kind of ['labels', 'annotations'] as const) {
      const { kept, dropped } = filterExported(map, kind);
      if (expected === true) {
        expect(kept).toEqual(map);
        expect(dropped).toEqual([]);
      } else {
        expect(kept).toEqual({});
        expect(dropped).toEqual([{ key, why: expected }]);
      }
    }
  });

  test('has values that the API server takes: any text for annotations, few for labels', () => {
    const map = { text: 'two words\nand a line', empty: '', plain: 'a.b_c-d', long: 'x'.repeat(64) };
    expect(Object.keys(filterExported(map, 'annotations').kept)).toEqual(['empty', 'long', 'plain', 'text']);
    expect(Object.keys(filterExported(map, 'labels').kept)).toEqual(['empty', 'plain']);
    expect(filterExported(map, 'labels').dropped.map(({ key }) => key)).toEqual(['long', 'text']);
  });

  test('is sorted, so that equal maps give equal text', () => {
    expect(JSON.stringify(filterExported({ b: '1', a: '2' }, 'labels').kept)).toBe('{"a":"2","b":"1"}');
  });

  test('is empty where there is none', () => {
    expect(filterExported(undefined, 'labels')).toEqual({ kept: {}, dropped: [] });
    expect(filterExported(null, 'annotations')).toEqual({ kept: {}, dropped: [] });
  });

  test('cannot reach a prototype: __proto__ is a key like any other, and not a valid one', () => {
    const hostile = JSON.parse('{"__proto__": "x", "tier": "db"}');
    const { kept } = filterExported(hostile, 'annotations');
    expect(Object.keys(kept)).toEqual(['tier']);
    expect(Object.getPrototypeOf(kept)).toBe(Object.prototype);
  });
});
