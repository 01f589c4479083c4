import { expect, it } from 'vitest';
import type { IService } from '#apis/kubernetes/service.ts';
import { endpoint, headless, port, service, slice } from '#test/driver/builders.ts';
import { exportOf } from '#test/driver/exported.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import { awaitDerivedService, awaitNothingOf, derivedService } from '#test/driver/imported.ts';
import { awaitNoRecord, sliceRecordsOf } from '#test/driver/records.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';

const ALIAS = { type: 'ExternalName', externalName: 'db.example.com' } as const;

export function types(set: OpenedSet): void {
  it.each<[NonNullable<NonNullable<IService['spec']>['type']>, string]>([
    ['ClusterIP', '198.18.10.1'],
    // Lighthouse refuses the two.
    ['NodePort', '198.18.10.2'],
    ['LoadBalancer', '198.18.10.3'],
  ])('%s comes as ClusterSetIP, with its own ports and no others', async (type, address) => {
    const name = type.toLowerCase();
    const zzzc = set().member('zzzc');
    await zzzc.service(service('prod', name, { type, ports: [port('tcp', 5432, { targetPort: 15_432 })] }));
    await zzzc.slice(slice('prod', name, 'a', [endpoint(address)], [{ name: 'tcp', port: 15_432 }]));
    await zzzc.exports('prod', name);
    for (const member of set().members) {
      const { spec } = await member.awaitImport('prod', name, (found) =>
        expect(found.spec.ips).toHaveLength(1),
      );
      expect(spec).toMatchObject({
        type: 'ClusterSetIP',
        ports: [{ name: 'tcp', port: 5432, protocol: 'TCP' }],
      });
      const derived = await awaitDerivedService(member, 'prod', name);
      expect(derived.spec?.type).toBe('ClusterIP');
      expect(derived.spec?.ports).toEqual([{ name: 'tcp', port: 5432, protocol: 'TCP', targetPort: 5432 }]);
      await member.awaitAddresses('prod', name, 'zzzc', [address]);
      const [shown] = await member.importedSlices('prod', name, 'zzzc');
      expect(shown?.ports).toEqual([{ name: 'tcp', port: 15_432, protocol: 'TCP' }]);
    }
  });

  it('a headless Service comes as Headless, with families and without any address of its own (cilium#37053)', async () => {
    // https://github.com/cilium/cilium/pull/37053: "None" was published as an IP.
    const zzzc = set().member('zzzc');
    await zzzc.service(headless('prod', 'headless', { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' }));
    await zzzc.slice(slice('prod', 'headless', 'a', [endpoint('198.18.10.4')]));
    await zzzc.exports('prod', 'headless');
    for (const member of set().members) {
      await member.awaitAddresses('prod', 'headless', 'zzzc', ['198.18.10.4']);
      const { spec } = await member.awaitImport('prod', 'headless');
      expect(spec).toMatchObject({ type: 'Headless', ipFamilies: ['IPv4'] });
      expect(spec.ips ?? []).toEqual([]);
      expect(await derivedService(member, 'prod', 'headless')).toBeUndefined();
    }
  });

  it('a headless Service without ports has endpoints all the same', async () => {
    const zzzc = set().member('zzzc');
    await zzzc.service(headless('prod', 'portless', { ports: [] }));
    await zzzc.slice(slice('prod', 'portless', 'a', [endpoint('198.18.10.5')], []));
    await zzzc.exports('prod', 'portless');
    for (const member of set().members) {
      await member.awaitAddresses('prod', 'portless', 'zzzc', ['198.18.10.5']);
      expect((await member.awaitImport('prod', 'portless')).spec.ports).toEqual([]);
    }
  });

  it('an ExternalName is refused as such, though the export was there before it', async () => {
    const zzzc = set().member('zzzc');
    await zzzc.exports('prod', 'alias');
    await zzzc.awaitCondition('prod', 'alias', 'Valid', 'False', 'NoService');
    await zzzc.service({ ...service('prod', 'alias'), spec: ALIAS });
    await zzzc.awaitCondition('prod', 'alias', 'Valid', 'False', 'InvalidServiceType');
    await zzzc.unexports('prod', 'alias');
  });

  it('a Service that turns into an ExternalName is withdrawn at once, and is back when it turns back', async () => {
    const zzzc = set().member('zzzc');
    await exportsPlain(zzzc, 'prod', 'turning', '198.18.10.6');
    await zzzc.awaitCondition('prod', 'turning', 'Conflict', 'False', 'NoConflicts');
    for (const member of set().members)
      await member.awaitAddresses('prod', 'turning', 'zzzc', ['198.18.10.6']);

    await zzzc.service({ ...service('prod', 'turning'), spec: ALIAS });
    await zzzc.awaitCondition('prod', 'turning', 'Valid', 'False', 'InvalidServiceType');
    const { status } = await exportOf(zzzc, 'prod', 'turning');
    expect(status?.conditions).toMatchObject([
      { type: 'Valid', message: 'A Service of type ExternalName cannot be exported.' },
      { type: 'Ready', status: 'False', reason: 'Pending' },
    ]);
    for (const member of set().members) await awaitNothingOf(member, 'prod', 'turning');
    await awaitNoRecord(set().hub, 'zzzc', 'prod', 'turning');
    expect(await sliceRecordsOf(set().hub, 'zzzc', 'prod', 'turning')).toEqual([]);

    await zzzc.service(service('prod', 'turning'));
    for (const member of set().members)
      await member.awaitAddresses('prod', 'turning', 'zzzc', ['198.18.10.6']);
    await zzzc.awaitCondition('prod', 'turning', 'Ready', 'True', 'Exported');
  });

  it('a dual-stack Service comes with both families, in its own order', async () => {
    const zzzc = set().member('zzzc');
    const ipFamilies = ['IPv6', 'IPv4'];
    await zzzc.service(service('prod', 'dual', { ipFamilyPolicy: 'RequireDualStack', ipFamilies }));
    // One hostname in slices of both families: two addresses of one pod.
    await zzzc.slice(slice('prod', 'dual', 'four', [endpoint('198.18.10.7', { hostname: 'db-0' })]));
    await zzzc.slice({
      ...slice('prod', 'dual', 'six', [endpoint('2001:2::7', { hostname: 'db-0' })]),
      addressType: 'IPv6',
    });
    await zzzc.exports('prod', 'dual');
    for (const member of set().members) {
      await member.awaitAddresses('prod', 'dual', 'zzzc', ['198.18.10.7', '2001:2::7']);
      const { spec } = await member.awaitImport('prod', 'dual', (found) =>
        expect(found.spec.ips).toHaveLength(2),
      );
      expect(spec.ipFamilies).toEqual(ipFamilies);
      expect(spec.ips?.map((ip) => (ip.includes(':') ? 'IPv6' : 'IPv4'))).toEqual(ipFamilies);
      const derived = await awaitDerivedService(member, 'prod', 'dual');
      expect(derived.spec?.clusterIPs).toEqual(spec.ips);
    }
  });
}
