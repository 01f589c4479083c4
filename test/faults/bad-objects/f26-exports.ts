import { expect } from 'vitest';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { derivedServiceName } from '#controllers/endpoints/names.ts';
import { headless, pods, service, slice } from '#test/driver/builders.ts';
import { awaitTold } from '#test/driver/events.ts';
import { awaitDerivedService } from '#test/driver/imported.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import type { BadObject } from './bad-object.ts';

/** ServiceExports that cannot be, each with what its user reads, and Services of which a part cannot. */
export function exports(set: OpenedSet, badObject: BadObject): void {
  const exporter = () => set().member('zzzc');
  // By its reason: the export may be seen before its Service, and say NoService until then.
  const invalid = (namespace: string, name: string, reason: string) =>
    exporter().awaitCondition(namespace, name, 'Valid', 'False', reason);

  badObject('one that does not exist', async () => {
    await exporter().exports('prod', 'ghost');
    const { message } = await invalid('prod', 'ghost', 'NoService');
    expect(message).toBe('There is no Service prod/ghost.');
  });

  badObject('one of type ExternalName', async () => {
    const elsewhere = service('prod', 'elsewhere', { type: 'ExternalName' });
    // Not a field that we know.
    Object.assign(elsewhere.spec ?? {}, { externalName: 'example.org' });
    await exporter().service(elsewhere);
    await exporter().exports('prod', 'elsewhere');
    const { message } = await invalid('prod', 'elsewhere', 'InvalidServiceType');
    expect(message).toBe('A Service of type ExternalName cannot be exported.');
  });

  badObject('one that is itself imported', async () => {
    await exporter().service(service('prod', 'web'));
    await exporter().exports('prod', 'web');
    await awaitDerivedService(exporter(), 'prod', 'web');
    const derived = derivedServiceName('prod', 'web');
    await exporter().exports('prod', derived);
    const { message } = await invalid('prod', derived, 'ImportedService');
    expect(message).toBe('The Service is itself made from an import: it is owned by ServiceImport web.');
  });

  badObject('one in a namespace that the set denies', async () => {
    await exporter().service(service('kube-public', 'inner'));
    await exporter().exports('kube-public', 'inner');
    const { message } = await invalid('kube-public', 'inner', 'NamespaceNotAllowed');
    expect(message).toMatch(/kube-public/);
  });

  badObject('one whose endpoints are host names: those are left out, and the others go', async () => {
    await exporter().service(headless('prod', 'named'));
    await exporter().slice(slice('prod', 'named', 'a', pods(1, 'named', 40)));
    const { metadata, ...rest } = slice('prod', 'named', 'b', [{ addresses: ['db.example.org'] }]);
    await exporter().slice({ ...rest, metadata, addressType: 'FQDN' });
    await exporter().exports('prod', 'named');
    await awaitTold(
      exporter(),
      serviceExports,
      'prod',
      'named',
      'Warning EndpointsNotExported: EndpointSlice named-b is not exported:',
    );
    await set().member('shbt').awaitAddresses('prod', 'named', 'zzzc', ['198.18.40.0']);
  });

  badObject(
    'one of 1,001 endpoints has all of them everywhere, in the two slices that an API server asks for',
    async () => {
      const endpoints = pods(1_001, 'big', 50);
      await exporter().service(headless('prod', 'big'));
      await exporter().slice(slice('prod', 'big', 'a', endpoints.slice(0, 1_000)));
      await exporter().slice(slice('prod', 'big', 'b', endpoints.slice(1_000)));
      await exporter().exports('prod', 'big');
      const all = endpoints.flatMap(({ addresses }) => addresses);
      for (const member of set().members) await member.awaitAddresses('prod', 'big', 'zzzc', all);
    },
  );
}
