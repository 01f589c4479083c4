import { describe, expect, test } from 'vitest';
import type { IClusterSet } from '#apis/hub/cluster-set.ts';
import type { IService } from '#apis/kubernetes/service.ts';
import type { IServiceExport } from '#apis/multicluster/service-export.ts';
import { admit } from '#controllers/conflict/record.ts';
import type { SliceView } from '#controllers/endpoints/views.ts';
import { LocalExports } from '#controllers/export/local-exports.ts';
import { ALL_NAMESPACES } from '#controllers/membership/selected-namespaces.ts';
import { filled } from '#test/builders/caches.ts';
import { service } from '#test/driver/builders.ts';
import { ownExport } from './own-export.ts';

const EXCEPTION: IClusterSet = {
  metadata: { name: 'clusterset', uid: 'set' },
  spec: { namespaces: { allow: ['openshift-storage'] } },
};

/** Exports of <namespace>/db, as far as the hub has been read. */
function deps(
  namespace: string,
  hub: { readable: boolean; clusterSet?: IClusterSet },
  { complete = true } = {},
) {
  const exported = {
    metadata: { namespace, name: 'db', uid: 'export-1', creationTimestamp: '2026-01-01T00:00:00Z' },
  };
  const synced = complete;
  const serviceExports = filled<IServiceExport>({}, [exported], { synced });
  const services = filled<IService>({}, [service(namespace, 'db')], { synced });
  const slices = filled<SliceView>({}, [], { synced });
  return {
    exports: new LocalExports({
      selected: ALL_NAMESPACES,
      cluster: 'here',
      hub: { clusterSet: hub.clusterSet, member: () => undefined },
      serviceExports,
      services,
      slices,
    }),
    hub,
    local: { namespaces: filled({}, [{ metadata: { name: 'kube-system', uid: 'uid-here' } }]) },
  };
}

describe('the own export', () => {
  test('looks like its record on the hub, except that no inventory vouches for it', () => {
    const own = ownExport(deps('prod', { readable: true }), 'prod', 'db');
    if (own.is !== 'exported') throw new Error(`it is ${own.is}`);
    expect(own.record.spec).toMatchObject({
      service: { namespace: 'prod', name: 'db' },
      export: { uid: 'export-1', creationTimestamp: '2026-01-01T00:00:00Z' },
      type: 'ClusterSetIP',
      asserted: { uid: 'uid-here', sequence: 0 },
    });
    const policy = { clusterSet: undefined, member: undefined };
    expect(admit(own.record, 'here', policy)).toMatchObject({ ok: true });
  });

  test('is unknown while the own caches are incomplete, or this cluster’s identity is', () => {
    expect(ownExport(deps('prod', { readable: true }, { complete: false }), 'prod', 'db')).toEqual({
      is: 'unknown',
    });
    const anonymous = { ...deps('prod', { readable: true }), local: { namespaces: filled({}) } };
    expect(ownExport(anonymous, 'prod', 'db')).toEqual({ is: 'unknown' });
  });

  test('is none where nobody asked for it', () => {
    expect(ownExport(deps('prod', { readable: true }), 'prod', 'web')).toMatchObject({ is: 'not exported' });
  });

  test('in a system namespace is unknown until the set’s exceptions are read (https://github.com/submariner-io/lighthouse/pull/2278)', () => {
    const at = ['openshift-storage', 'db'] as const;
    expect(ownExport(deps(at[0], { readable: false }), ...at)).toEqual({ is: 'unknown' });
    expect(ownExport(deps(at[0], { readable: true }), ...at)).toMatchObject({ is: 'not exported' });
    expect(ownExport(deps(at[0], { readable: true, clusterSet: EXCEPTION }), ...at)).toMatchObject({
      is: 'exported',
    });
  });
});
