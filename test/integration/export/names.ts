import { expect, it } from 'vitest';
import { endpoint, headless, pod, port, service, slice } from '#test/driver/builders.ts';
import { awaitSlices, derivedService } from '#test/driver/imported.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { LONG } from './shared.ts';

export function names(set: OpenedSet): void {
  it('prod/web-api and prod-web/api are two Services (lighthouse#957)', async () => {
    // https://github.com/submariner-io/lighthouse/issues/957: joined by a dash, they were one on the hub.
    const zzzc = set().member('zzzc');
    const pair = [
      { namespace: 'prod', name: 'web-api', number: 8001, address: '198.18.16.1' },
      { namespace: 'prod-web', name: 'api', number: 8002, address: '198.18.16.2' },
    ];
    for (const { namespace, name, number, address } of pair) {
      await zzzc.service(service(namespace, name, { ports: [port('tcp', number)] }));
      await zzzc.slice(slice(namespace, name, 'a', [endpoint(address)]));
      await zzzc.exports(namespace, name);
    }
    for (const member of set().members) {
      for (const { namespace, name, number, address } of pair) {
        await member.awaitAddresses(namespace, name, 'zzzc', [address]);
        const { spec } = await member.awaitImport(namespace, name);
        expect(spec.ports.map((one) => one.port)).toEqual([number]);
      }
    }
    await zzzc.unexports('prod', 'web-api');
    for (const member of set().members) {
      await member.awaitNoImport('prod', 'web-api');
      await member.awaitAddresses('prod-web', 'api', 'zzzc', ['198.18.16.2']);
    }
  });

  it('63 characters throughout are no limit: namespace, Service, hostname (cilium#48520)', async () => {
    // https://github.com/cilium/cilium/pull/48520: names of imported slices were no DNS names any more.
    const { namespace, name, hostname } = LONG;
    const zzzc = set().member('zzzc');
    const source = slice(namespace, name, 'a', [pod(hostname, '198.18.16.11')]);
    await zzzc.service(headless(namespace, name));
    // As long as a slice's name may be.
    await zzzc.slice({ ...source, metadata: { ...source.metadata, name: 'x'.repeat(253) } });
    await zzzc.exports(namespace, name);
    for (const member of set().members) {
      const [shown] = await awaitSlices(member, namespace, name, 'zzzc', (slices) =>
        expect(slices).toHaveLength(1),
      );
      expect(shown?.endpoints).toMatchObject([{ addresses: ['198.18.16.11'], hostname }]);
      expect(shown?.metadata.name).toMatch(/^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
    }
    await zzzc.awaitCondition(namespace, name, 'Ready', 'True', 'Exported');
  });

  it('63 characters throughout have a clusterset IP as well', async () => {
    const { namespace } = LONG;
    const name = 'c'.repeat(63);
    const zzzc = set().member('zzzc');
    await zzzc.service(service(namespace, name));
    await zzzc.slice(slice(namespace, name, 'a', [endpoint('198.18.16.12')]));
    await zzzc.exports(namespace, name);
    for (const member of set().members) {
      await member.awaitAddresses(namespace, name, 'zzzc', ['198.18.16.12']);
      await member.awaitImport(namespace, name, ({ spec }) => expect(spec.ips).toHaveLength(1));
      expect(await derivedService(member, namespace, name)).toBeDefined();
    }
  });
}
