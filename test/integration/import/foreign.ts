import { expect, it } from 'vitest';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { services } from '#apis/kubernetes/service.ts';
import { KUBE_SERVICE_NAME_LABEL, MANAGED_BY_LABEL, SLICE_MANAGED_BY_LABEL } from '#apis/labels.ts';
import type { KubeObject, Resource } from '#apis/meta.ts';
import { type IServiceImport, serviceImports } from '#apis/multicluster/service-import.ts';
import { derivedServiceName, importedSliceName, sliceHash } from '#controllers/endpoints/names.ts';
import { endpoint, service, slice } from '#test/driver/builders.ts';
import { awaitTold } from '#test/driver/events.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import { awaitDerivedService } from '#test/driver/imported.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';

export function foreign(set: OpenedSet): void {
  it('a ServiceImport of somebody else is told of and left alone; once it is gone, ours is there', async () => {
    const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
    const theirs: IServiceImport = {
      metadata: { namespace: 'prod', name: 'theirs' },
      spec: {
        type: 'ClusterSetIP',
        ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
        ips: ['198.18.39.99'],
      },
    };
    await shbt.client.create(serviceImports, theirs);
    const before = await shbt.awaitImport('prod', 'theirs');
    await exportsPlain(zzzc, 'prod', 'theirs', '198.18.39.1');
    await awaitTold(
      shbt,
      serviceImports,
      'prod',
      'theirs',
      'Warning NameTaken: Tombolo needs this name for the import of Service theirs',
    );
    await zzzc.awaitAddresses('prod', 'theirs', 'zzzc', ['198.18.39.1']);
    await set().settle('prod');
    expect(await shbt.awaitImport('prod', 'theirs')).toEqual(before);
    expect(await shbt.importedSlices('prod', 'theirs')).toEqual([]);

    await shbt.deletes(serviceImports, 'prod', 'theirs');
    await shbt.awaitAddresses('prod', 'theirs', 'zzzc', ['198.18.39.1']);
    const { metadata } = await shbt.awaitImport('prod', 'theirs', ({ spec }) =>
      expect(spec.ips).toHaveLength(1),
    );
    expect(metadata.labels).toHaveProperty([MANAGED_BY_LABEL]);
  });

  it('a Service that has the derived one’s name is neither changed nor given endpoints; the import says why it waits', async () => {
    const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
    const name = derivedServiceName('prod', 'squatted');
    await shbt.service(service('prod', name));
    const before = await shbt.client.get(services, { namespace: 'prod', name });
    await exportsPlain(zzzc, 'prod', 'squatted', '198.18.39.2');
    await shbt.awaitImport('prod', 'squatted', ({ status }) =>
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
      shbt,
      services,
      'prod',
      name,
      'Warning NameTaken: Tombolo needs this name for the derived Service',
    );
    await set().settle('prod');
    expect(await shbt.client.get(services, { namespace: 'prod', name })).toEqual(before);
    const labelSelector = `${KUBE_SERVICE_NAME_LABEL}=${name}`;
    expect((await shbt.client.list(endpointSlices, { namespace: 'prod', labelSelector })).items).toEqual([]);
    const waiting = await shbt.awaitImport('prod', 'squatted');
    expect(waiting.spec.ips ?? []).toEqual([]);
    expect(waiting.metadata.annotations).not.toHaveProperty(['multicluster.kubernetes.io/derived-service']);

    await shbt.deletes(services, 'prod', name);
    await awaitDerivedService(shbt, 'prod', 'squatted');
    await shbt.awaitImport('prod', 'squatted', ({ spec, status }) => {
      expect(spec.ips).toHaveLength(1);
      expect(status?.conditions).toMatchObject([{ type: 'Ready', status: 'True' }]);
    });
    await shbt.awaitAddresses('prod', 'squatted', 'zzzc', ['198.18.39.2']);
  });

  it('a slice that has the name of one of ours is told of and left alone, the other slices are there', async () => {
    const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
    const name = importedSliceName('zzzc', 'prod', 'wedged', sliceHash('wedged-a'));
    const theirs = slice('prod', 'somebody', 'x', [endpoint('198.18.39.99')]);
    await shbt.slice({ ...theirs, metadata: { ...theirs.metadata, name } });
    const before = await shbt.client.get(endpointSlices, { namespace: 'prod', name });
    await exportsPlain(zzzc, 'prod', 'wedged', '198.18.39.3');
    await zzzc.slice(slice('prod', 'wedged', 'b', [endpoint('198.18.39.4')]));
    await awaitTold(
      shbt,
      endpointSlices,
      'prod',
      name,
      'Warning NameTaken: Tombolo needs this name for the endpoints of wedged in cluster zzzc',
    );
    await shbt.awaitAddresses('prod', 'wedged', 'zzzc', ['198.18.39.4']);
    await set().settle('prod');
    expect(await shbt.client.get(endpointSlices, { namespace: 'prod', name })).toEqual(before);

    await shbt.deletes(endpointSlices, 'prod', name);
    await shbt.awaitAddresses('prod', 'wedged', 'zzzc', ['198.18.39.3', '198.18.39.4']);
  });

  it('one of ours that has lost our mark is told of and left alone', async () => {
    // The agent's rights end where the mark ends, so it could not take it back either.
    const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
    await exportsPlain(zzzc, 'prod', 'unmarked', '198.18.39.5');
    await shbt.awaitAddresses('prod', 'unmarked', 'zzzc', ['198.18.39.5']);
    const derived = (await awaitDerivedService(shbt, 'prod', 'unmarked')).metadata.name;
    const [imported] = await shbt.importedSlices('prod', 'unmarked', 'zzzc');
    const taken: [Resource<KubeObject>, string, string][] = [
      [endpointSlices, imported?.metadata.name ?? '', SLICE_MANAGED_BY_LABEL],
      [services, derived, MANAGED_BY_LABEL],
    ];
    for (const [resource, name, mark] of taken) {
      await shbt.edits(resource, { namespace: 'prod', name }, (found) => {
        const { [mark]: _, ...labels } = found.metadata.labels ?? {};
        return { ...found, metadata: { ...found.metadata, labels } };
      });
      const edited = await shbt.client.get(resource, { namespace: 'prod', name });
      await awaitTold(shbt, resource, 'prod', name, 'Warning NameTaken');
      await set().settle('prod');
      expect(await shbt.client.get(resource, { namespace: 'prod', name })).toEqual(edited);
      await shbt.deletes(resource, 'prod', name);
    }
    await shbt.awaitAddresses('prod', 'unmarked', 'zzzc', ['198.18.39.5']);
    await awaitDerivedService(shbt, 'prod', 'unmarked');
  });
}
