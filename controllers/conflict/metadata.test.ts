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
    [`${'x'.repeat(253)}/x`, true],
    ['x/x', true],
    ['1.x.2/X', true],
    ['a-b.c-d.e/x', true],
    ['9', true],
    ['A.b_c-D.9', true],
    ['-x', 'is not a valid key'],
    ['x-', 'is not a valid key'],
    ['.x', 'is not a valid key'],
    ['x.', 'is not a valid key'],
    ['_x', 'is not a valid key'],
    ['x_', 'is not a valid key'],
    ['x y', 'is not a valid key'],
    ['-x.y/x', 'is not a valid key'],
    ['x-.y/x', 'is not a valid key'],
    ['x.-y/x', 'is not a valid key'],
    ['x.y-/x', 'is not a valid key'],
    ['x..y/x', 'is not a valid key'],
    ['.x/x', 'is not a valid key'],
    ['x./x', 'is not a valid key'],
    ['x_y/x', 'is not a valid key'],
    ['xXx/x', 'is not a valid key'],
    ['x.yYy/x', 'is not a valid key'],
    ['x\n/x', 'is not a valid key'],
    ['x\n', 'is not a valid key'],
    ['\nx', 'is not a valid key'],
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

  test.each(['x', '9', 'a.b_c-D', 'x'.repeat(63)])('takes the label value %s', (value) => {
    expect(filterExported({ tier: value }, 'labels').kept).toEqual({ tier: value });
  });

  test.each(['-x', 'x-', '.x', 'x.', '_x', 'x_', 'x y', 'x\n', '\nx', 'x'.repeat(64)])(
    'leaves the label value %j to annotations',
    (value) => {
      const why = 'has a value that no label may have';
      expect(filterExported({ tier: value }, 'labels').dropped).toEqual([{ key: 'tier', why }]);
      expect(filterExported({ tier: value }, 'annotations').kept).toEqual({ tier: value });
    },
  );

  test('has no value that is not a string, whatever a record holds', () => {
    const hostile: Record<string, string> = JSON.parse('{ "a": 7, "b": null, "c": {} }');
    const why = 'has a value that is not a string';
    expect(filterExported(hostile, 'annotations')).toEqual({
      kept: {},
      dropped: ['a', 'b', 'c'].map((key) => ({ key, why })),
    });
  });

  test('is sorted, so that equal maps give equal text', () => {
    for (const keys of ['abc', 'bca', 'cba']) {
      const map = Object.fromEntries([...keys].map((key) => [key, '1']));
      expect(Object.keys(filterExported(map, 'labels').kept)).toEqual(['a', 'b', 'c']);
      const refused = Object.fromEntries([...keys].map((key) => [`k8s.io/${key}`, '1']));
      const dropped = filterExported(refused, 'labels').dropped.map(({ key }) => key);
      expect(dropped).toEqual(['k8s.io/a', 'k8s.io/b', 'k8s.io/c']);
    }
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
