import { expect, it } from 'vitest';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import type { Account } from '#src/install/manifest.ts';
import { serviceAccountKubeconfig } from '#test/clusters/service-account.ts';
import { endpoint, slice } from '#test/driver/builders.ts';
import { awaitConditions } from '#test/driver/exported.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import { recordOf } from '#test/driver/records.ts';
import { StolenCredential, said } from './credential.ts';
import type { Scene } from './scene.ts';

const TENANT: Account = { namespace: 'prod', name: 'tenant' };

/** People with rights in a namespace of one cluster, who want more. */
export function tenants(scene: () => Scene): void {
  it('T10 an export from a namespace that its cluster may not speak for says so, and adds nothing anywhere', async () => {
    const { set } = scene();
    const [zzzc, shbt] = [set.member('zzzc'), set.member('shbt')];
    await set.hubAdmin.states('zzzc', { allowedNamespaces: ['prod'] });
    await exportsPlain(shbt, 'team-b', 'api', '198.18.2.60');
    await zzzc.awaitAddresses('team-b', 'api', 'shbt', ['198.18.2.60']);
    await exportsPlain(zzzc, 'team-b', 'api', '198.18.6.66');
    await awaitConditions(zzzc, 'team-b', 'api', ({ Valid }) =>
      expect(Valid).toMatchObject({
        status: 'False',
        reason: 'NamespaceNotAllowed',
        message: 'Namespace team-b is not among those that member zzzc may export.',
      }),
    );
    await set.settle('prod');
    expect(await recordOf(set.hub, 'zzzc', 'team-b', 'api')).toBeUndefined();
    for (const member of set.members)
      expect(await member.importedAddresses('team-b', 'api', 'zzzc')).toEqual([]);
  });

  it('T10 endpoints outside of the address ranges of their member are shown in no other cluster', async () => {
    const { set } = scene();
    const [zzzc, shbt] = [set.member('zzzc'), set.member('shbt')];
    await set.hubAdmin.states('shbt', { addressRanges: ['198.18.2.0/24'] });
    await exportsPlain(shbt, 'team-b', 'ranged', '198.18.2.61');
    await zzzc.awaitAddresses('team-b', 'ranged', 'shbt', ['198.18.2.61']);
    await shbt.slice(slice('team-b', 'ranged', 'more', [endpoint('198.18.2.62'), endpoint('198.18.1.7')]));
    await zzzc.awaitAddresses('team-b', 'ranged', 'shbt', ['198.18.2.61', '198.18.2.62']);
  });

  it('T11 who may edit a namespace changes no import; who has more rights than that changes it for a moment', async () => {
    const { set } = scene();
    const shbt = set.member('shbt');
    const [imported] = await shbt.importedSlices('prod', 'db', 'zzzc');
    if (imported === undefined) throw new Error('nothing of prod/db is imported');
    const { admin } = set.cluster('shbt');
    const text = await serviceAccountKubeconfig(set.cluster('shbt'), TENANT);
    const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/prod/rolebindings/tenant';
    await admin.apply(rbac, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { namespace: 'prod', name: 'tenant' },
      // As Kubernetes comes with it.
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'edit' },
      subjects: [{ kind: 'ServiceAccount', ...TENANT }],
    });
    const tenant = await StolenCredential.in(text);
    try {
      const slicePath = `/apis/discovery.k8s.io/v1/namespaces/prod/endpointslices/${imported.metadata.name}`;
      const importPath = '/apis/multicluster.x-k8s.io/v1beta1/namespaces/prod/serviceimports/db';
      for (const path of [slicePath, importPath]) {
        const present = await admin.get(path);
        expect(said(await tenant.client.send('PUT', path, present))).toMatch(/^403 .* cannot update/);
        expect(said(await tenant.client.send('DELETE', path))).toMatch(/^403 .* cannot delete/);
      }
    } finally {
      tenant.close();
    }
    const before = imported.endpoints;
    const key = { namespace: 'prod', name: imported.metadata.name };
    await shbt.edits(endpointSlices, key, (found) => ({ ...found, endpoints: [endpoint('198.18.6.66')] }));
    await shbt.awaitAddresses('prod', 'db', 'zzzc', before?.flatMap(({ addresses }) => addresses) ?? []);
    await shbt.edits(serviceImports, { namespace: 'prod', name: 'db' }, ({ spec, ...found }) => ({
      ...found,
      spec: { ...spec, ports: [{ name: 'tcp', port: 666, protocol: 'TCP' }] },
    }));
    await shbt.awaitImport('prod', 'db', ({ spec }) =>
      expect(spec.ports.map(({ port }) => port)).toEqual([5432]),
    );
  });
}
