import { expect } from 'vitest';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { services } from '#apis/kubernetes/service.ts';
import { KUBE_SERVICE_NAME_LABEL, MANAGED_BY_LABEL, SLICE_MANAGED_BY_LABEL } from '#apis/labels.ts';
import type { KubeObject, Resource } from '#apis/meta.ts';
import { type IServiceImport, serviceImports } from '#apis/multicluster/service-import.ts';
import { derivedServiceName, importedSliceName, sliceHash } from '#controllers/endpoints/names.ts';
import { endpoint, port, service, slice } from '#test/driver/builders.ts';
import { awaitTold } from '#test/driver/events.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import { awaitDerivedService, awaitNothingOf } from '#test/driver/imported.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { Deletions } from '../frame/deletions.ts';
import { fault } from '../frame/fault.ts';
import { deletesOfWithdrawal } from '../frame/withdrawal.ts';

/** Objects of others that have the names which ours must have, or that look like them. */
export function collisions(set: OpenedSet): void {
  fault(
    'F24',
    'a ServiceImport of somebody else is told of and left alone; once it is gone, ours is there',
    async (finding) => {
      const deletions = await Deletions.since(set());
      const [zzzc, east] = [set().member('zzzc'), set().member('east')];
      const theirs: IServiceImport = {
        metadata: { namespace: 'prod', name: 'theirs' },
        spec: {
          type: 'ClusterSetIP',
          ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
          ips: ['198.18.39.99'],
        },
      };
      await east.client.create(serviceImports, theirs);
      const before = await east.awaitImport('prod', 'theirs');
      await exportsPlain(zzzc, 'prod', 'theirs', '198.18.39.1');
      await awaitTold(
        east,
        serviceImports,
        'prod',
        'theirs',
        'Warning NameTaken: Tombolo needs this name for the import of Service theirs',
      );
      await zzzc.awaitAddresses('prod', 'theirs', 'zzzc', ['198.18.39.1']);
      await set().settle('prod');
      expect(await east.awaitImport('prod', 'theirs')).toEqual(before);
      expect(await east.importedSlices('prod', 'theirs')).toEqual([]);

      await east.deletes(serviceImports, 'prod', 'theirs');
      await east.awaitAddresses('prod', 'theirs', 'zzzc', ['198.18.39.1']);
      const { metadata } = await east.awaitImport('prod', 'theirs', ({ spec }) =>
        expect(spec.ips).toHaveLength(1),
      );
      expect(metadata.labels).toHaveProperty([MANAGED_BY_LABEL]);
      finding.deleted(await deletions.all());
    },
  );

  fault(
    'F24',
    'a Service that has the derived one’s name is neither changed nor given endpoints; the import says why it waits',
    async (finding) => {
      const deletions = await Deletions.since(set());
      const [zzzc, east] = [set().member('zzzc'), set().member('east')];
      const name = derivedServiceName('prod', 'squatted');
      await east.service(service('prod', name));
      const before = await east.client.get(services, { namespace: 'prod', name });
      await exportsPlain(zzzc, 'prod', 'squatted', '198.18.39.2');
      await east.awaitImport('prod', 'squatted', ({ status }) =>
        expect(status?.conditions).toMatchObject([
          {
            type: 'Ready',
            status: 'False',
            reason: 'Pending',
            message: `Service prod/${name} has the name that the derived Service must have, and was not made by Tombolo: rename or delete it`,
          },
        ]),
      );
      await awaitTold(
        east,
        services,
        'prod',
        name,
        'Warning NameTaken: Tombolo needs this name for the derived Service',
      );
      await set().settle('prod');
      expect(await east.client.get(services, { namespace: 'prod', name })).toEqual(before);
      const labelSelector = `${KUBE_SERVICE_NAME_LABEL}=${name}`;
      expect((await east.client.list(endpointSlices, { namespace: 'prod', labelSelector })).items).toEqual(
        [],
      );
      const waiting = await east.awaitImport('prod', 'squatted');
      expect(waiting.spec.ips ?? []).toEqual([]);
      expect(waiting.metadata.annotations).not.toHaveProperty(['multicluster.kubernetes.io/derived-service']);

      await east.deletes(services, 'prod', name);
      await awaitDerivedService(east, 'prod', 'squatted');
      await east.awaitImport('prod', 'squatted', ({ spec, status }) => {
        expect(spec.ips).toHaveLength(1);
        expect(status?.conditions).toMatchObject([{ type: 'Ready', status: 'True' }]);
      });
      await east.awaitAddresses('prod', 'squatted', 'zzzc', ['198.18.39.2']);
      finding.deleted(await deletions.all());
    },
  );

  fault(
    'F24',
    'a slice that has the name of one of ours is told of and left alone, the other slices are there',
    async (finding) => {
      const deletions = await Deletions.since(set());
      const [zzzc, east] = [set().member('zzzc'), set().member('east')];
      const name = importedSliceName('zzzc', 'prod', 'wedged', sliceHash('wedged-a'));
      const theirs = slice('prod', 'somebody', 'x', [endpoint('198.18.39.99')]);
      await east.slice({ ...theirs, metadata: { ...theirs.metadata, name } });
      const before = await east.client.get(endpointSlices, { namespace: 'prod', name });
      await exportsPlain(zzzc, 'prod', 'wedged', '198.18.39.3');
      await zzzc.slice(slice('prod', 'wedged', 'b', [endpoint('198.18.39.4')]));
      await awaitTold(
        east,
        endpointSlices,
        'prod',
        name,
        'Warning NameTaken: Tombolo needs this name for the endpoints of wedged in cluster zzzc',
      );
      await east.awaitAddresses('prod', 'wedged', 'zzzc', ['198.18.39.4']);
      await set().settle('prod');
      expect(await east.client.get(endpointSlices, { namespace: 'prod', name })).toEqual(before);

      await east.deletes(endpointSlices, 'prod', name);
      await east.awaitAddresses('prod', 'wedged', 'zzzc', ['198.18.39.3', '198.18.39.4']);
      finding.deleted(await deletions.all());
    },
  );

  fault('F24', 'one of ours that has lost our mark is told of and left alone', async (finding) => {
    const deletions = await Deletions.since(set());
    // The agent's rights end where the mark ends, so it could not take it back either.
    const [zzzc, east] = [set().member('zzzc'), set().member('east')];
    await exportsPlain(zzzc, 'prod', 'unmarked', '198.18.39.5');
    await east.awaitAddresses('prod', 'unmarked', 'zzzc', ['198.18.39.5']);
    const derived = (await awaitDerivedService(east, 'prod', 'unmarked')).metadata.name;
    const [imported] = await east.importedSlices('prod', 'unmarked', 'zzzc');
    const taken: [Resource<KubeObject>, string, string][] = [
      [endpointSlices, imported?.metadata.name ?? '', SLICE_MANAGED_BY_LABEL],
      [services, derived, MANAGED_BY_LABEL],
    ];
    for (const [resource, name, mark] of taken) {
      await east.edits(resource, { namespace: 'prod', name }, (found) => {
        const { [mark]: _, ...labels } = found.metadata.labels ?? {};
        return { ...found, metadata: { ...found.metadata, labels } };
      });
      const edited = await east.client.get(resource, { namespace: 'prod', name });
      await awaitTold(east, resource, 'prod', name, 'Warning NameTaken');
      await set().settle('prod');
      expect(await east.client.get(resource, { namespace: 'prod', name })).toEqual(edited);
      await east.deletes(resource, 'prod', name);
    }
    await east.awaitAddresses('prod', 'unmarked', 'zzzc', ['198.18.39.5']);
    await awaitDerivedService(east, 'prod', 'unmarked');
    finding.deleted(await deletions.all());
  });

  fault('F24', 'prod/web-api and prod-web/api are two Services (lighthouse#957)', async (finding) => {
    // https://github.com/submariner-io/lighthouse/issues/957: joined by a dash, they were one on the hub.
    const deletions = await Deletions.since(set());
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
      await awaitNothingOf(member, 'prod', 'web-api');
      await member.awaitAddresses('prod-web', 'api', 'zzzc', ['198.18.16.2']);
    }
    const withdrawn = { of: 'zzzc', namespace: 'prod', name: 'web-api', slices: ['a'] };
    finding.deleted(await deletions.all(), deletesOfWithdrawal(set(), withdrawn));
  });
}
