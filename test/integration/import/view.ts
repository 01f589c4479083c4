import { expect, it } from 'vitest';
import { MANAGED_BY, MANAGED_BY_LABEL, SERVICE_NAME_LABEL } from '#apis/labels.ts';
import { apiVersionOf } from '#apis/meta.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import { derivedServiceName } from '#controllers/endpoints/names.ts';
import { headless } from '#test/driver/builders.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import { awaitDerivedService } from '#test/driver/imported.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';

export function view(set: OpenedSet): void {
  it('in the exporter itself as well: pods look up their own clusterset name (lighthouse#656)', async () => {
    // https://github.com/submariner-io/lighthouse/issues/656
    const zzzc = set().member('zzzc');
    await exportsPlain(zzzc, 'prod', 'seen', '198.18.30.1');
    const found = await zzzc.awaitImport('prod', 'seen', ({ spec }) => expect(spec.ips).toHaveLength(1));
    await zzzc.awaitAddresses('prod', 'seen', 'zzzc', ['198.18.30.1']);
    const derived = await awaitDerivedService(zzzc, 'prod', 'seen');
    expect(found.spec.ips).toEqual(derived.spec?.clusterIPs);
  });

  it('that says what it is, whose, and that slices are there', async () => {
    await exportsPlain(set().member('shbt'), 'prod', 'seen', '198.18.30.2');
    for (const member of set().members) {
      const found = await member.awaitImport('prod', 'seen', ({ spec, status }) => {
        expect(status?.clusters).toEqual([{ cluster: 'shbt' }, { cluster: 'zzzc' }]);
        expect(spec.ips).toHaveLength(1);
        expect(status?.conditions).toMatchObject([{ type: 'Ready', status: 'True', reason: 'Ready' }]);
      });
      const derived = await awaitDerivedService(member, 'prod', 'seen');
      expect(found.spec).toEqual({
        type: 'ClusterSetIP',
        ports: [{ name: 'tcp', port: 5432, protocol: 'TCP' }],
        ips: derived.spec?.clusterIPs,
        ipFamilies: ['IPv4'],
        sessionAffinity: 'None',
        internalTrafficPolicy: 'Cluster',
      });
      expect(found.status?.endpointSliceObjects).toBe('Present');
      expect(found.metadata.annotations?.['multicluster.kubernetes.io/derived-service']).toBe(
        derived.metadata.name,
      );
    }
  });

  it('with a derived Service that selects nothing and goes with it', async () => {
    for (const member of set().members) {
      const { metadata } = await member.awaitImport('prod', 'seen');
      const derived = await awaitDerivedService(member, 'prod', 'seen');
      expect(derived.metadata.name).toBe(derivedServiceName('prod', 'seen'));
      expect(derived.metadata.labels).toEqual({
        [MANAGED_BY_LABEL]: MANAGED_BY,
        [SERVICE_NAME_LABEL]: 'seen',
      });
      expect(derived.metadata.ownerReferences).toMatchObject([
        { kind: 'ServiceImport', name: 'seen', uid: metadata.uid, controller: true },
      ]);
      expect(derived.spec?.selector).toBeUndefined();
    }
  });

  it('for readers of v1alpha1, such as CoreDNS, the same', async () => {
    const old = { ...serviceImports, version: 'v1alpha1' };
    for (const member of set().members) {
      const { spec, status } = await member.awaitImport('prod', 'seen');
      const found = await member.client.get(old, { namespace: 'prod', name: 'seen' });
      expect(found.apiVersion).toBe(apiVersionOf(old));
      expect(found.spec).toEqual(spec);
      expect(found.status).toEqual(status);
    }
  });

  it('of a headless Service without a derived one, unless the agent is told to make one', async () => {
    const zzzc = set().member('zzzc');
    await zzzc.service(headless('prod', 'seen-headless'));
    await zzzc.exports('prod', 'seen-headless');
    const derived = await awaitDerivedService(set().member('bjpdc'), 'prod', 'seen-headless');
    expect(derived.spec?.clusterIP).toBe('None');
    const { metadata } = await set()
      .member('bjpdc')
      .awaitImport('prod', 'seen-headless', (found) =>
        expect(found.metadata.annotations?.['multicluster.kubernetes.io/derived-service']).toBe(
          derived.metadata.name,
        ),
      );
    expect(derived.metadata.ownerReferences).toMatchObject([{ uid: metadata.uid }]);
    for (const id of ['zzzc', 'shbt']) {
      const found = await set()
        .member(id)
        .awaitImport('prod', 'seen-headless', ({ status }) =>
          expect(status?.conditions).toMatchObject([{ type: 'Ready', status: 'True' }]),
        );
      expect(found.metadata.annotations).not.toHaveProperty(['multicluster.kubernetes.io/derived-service']);
    }
  });
}
