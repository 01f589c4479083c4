import { expect, it } from 'vitest';
import { endpointSlices, type IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { absentServiceName, derivedServiceName, sliceHash } from '#controllers/endpoints/names.ts';
import { endpoint, headless, service, slice } from '#test/driver/builders.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import { awaitSlices } from '#test/driver/imported.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';

export function slices(set: OpenedSet): void {
  it('one for each, with labels that are a closed set and the import as owner (envoyproxy/gateway#1908)', async () => {
    // https://github.com/envoyproxy/gateway/issues/1908: consumers find slices by these labels.
    const zzzc = set().member('zzzc');
    await zzzc.service(service('prod', 'one-to-one'));
    await zzzc.service(headless('prod', 'one-to-one-headless'));
    for (const name of ['one-to-one', 'one-to-one-headless']) {
      for (const suffix of ['a', 'b']) {
        const written = slice('prod', name, suffix, [endpoint(`198.18.32.${suffix === 'a' ? 1 : 2}`)]);
        const labels = { ...written.metadata.labels, 'example.com/source': 'stays-at-home' };
        await zzzc.slice({ ...written, metadata: { ...written.metadata, labels } });
      }
      await zzzc.exports('prod', name);
    }
    for (const member of set().members) {
      await expectSlices(set, member.id, 'one-to-one', {
        'kubernetes.io/service-name': derivedServiceName('prod', 'one-to-one'),
      });
      await expectSlices(set, member.id, 'one-to-one-headless', {
        'service.kubernetes.io/headless': '',
        // The derived Service only where the agent makes one for it.
        'kubernetes.io/service-name':
          member.id === 'bjpdc'
            ? derivedServiceName('prod', 'one-to-one-headless')
            : absentServiceName('prod', 'one-to-one-headless'),
      });
    }
  });

  it('whose names depend on the source alone: a slice deleted and written again has the one it had', async () => {
    const zzzc = set().member('zzzc');
    const names = async () => {
      const all: string[][] = [];
      for (const member of set().members) {
        const found = await awaitSlices(member, 'prod', 'one-to-one', 'zzzc', (some) =>
          expect(some).toHaveLength(2),
        );
        all.push(found.map(({ metadata }) => metadata.name));
      }
      return all;
    };
    const before = await names();
    await zzzc.deletes(endpointSlices, 'prod', 'one-to-one-b');
    for (const member of set().members)
      await member.awaitAddresses('prod', 'one-to-one', 'zzzc', ['198.18.32.1']);
    await zzzc.slice(slice('prod', 'one-to-one', 'b', [endpoint('198.18.32.3')]));
    for (const member of set().members) {
      await member.awaitAddresses('prod', 'one-to-one', 'zzzc', ['198.18.32.1', '198.18.32.3']);
    }
    expect(await names()).toEqual(before);
    // The same in every member: no name holds anything of the importing cluster.
    expect(new Set(before.map((some) => some.join())).size).toBe(1);
  });

  it('of equal hostnames in three clusters, each under its own cluster (Karmada’s names overwrote each other)', async () => {
    // Equal StatefulSets: db-0 is there three times, told apart by the source cluster.
    for (const [n, member] of set().members.entries()) {
      await member.service(headless('prod', 'replicas'));
      await member.slice(
        slice('prod', 'replicas', 'a', [endpoint(`198.18.32.${11 + n}`, { hostname: 'db-0' })]),
      );
      await member.exports('prod', 'replicas');
    }
    for (const member of set().members) {
      for (const [n, source] of set().members.entries()) {
        await awaitSlices(member, 'prod', 'replicas', source.id, (found) =>
          expect(found).toMatchObject([
            { endpoints: [{ addresses: [`198.18.32.${11 + n}`], hostname: 'db-0' }] },
          ]),
        );
      }
    }
  });

  it('from none but exporters: a Service of the same name that is not exported gets no traffic of the set', async () => {
    const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
    await shbt.service(service('prod', 'homely'));
    await shbt.slice(slice('prod', 'homely', 'a', [endpoint('198.18.32.21')]));
    await exportsPlain(zzzc, 'prod', 'homely', '198.18.32.22');
    for (const member of set().members)
      await member.awaitAddresses('prod', 'homely', 'zzzc', ['198.18.32.22']);
    await set().settle('prod');
    for (const member of set().members) {
      const from = (await member.importedSlices('prod', 'homely')).map(
        ({ metadata }) => metadata.labels?.['multicluster.kubernetes.io/source-cluster'],
      );
      expect(from).toEqual(['zzzc']);
    }
  });

  it('however the local export stands: an invalid one keeps nothing of the others out of date (Cilium stops there)', async () => {
    const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
    await shbt.exports('prod', 'lopsided');
    await shbt.awaitCondition('prod', 'lopsided', 'Valid', 'False', 'NoService');
    await exportsPlain(zzzc, 'prod', 'lopsided', '198.18.32.31');
    await shbt.awaitAddresses('prod', 'lopsided', 'zzzc', ['198.18.32.31']);
    await zzzc.service(
      service('prod', 'lopsided', { ports: [{ name: 'tcp', port: 6543, protocol: 'TCP' }] }),
    );
    await zzzc.slice(slice('prod', 'lopsided', 'a', [endpoint('198.18.32.32')]));
    await shbt.awaitAddresses('prod', 'lopsided', 'zzzc', ['198.18.32.32']);
    await shbt.awaitImport('prod', 'lopsided', ({ spec }) =>
      expect(spec.ports).toMatchObject([{ port: 6543 }]),
    );
    await shbt.awaitCondition('prod', 'lopsided', 'Valid', 'False', 'NoService');
  });
}

async function expectSlices(set: OpenedSet, id: string, name: string, more: Record<string, string>) {
  const member = set().member(id);
  const { metadata: owner } = await member.awaitImport('prod', name);
  const found = await awaitSlices(member, 'prod', name, 'zzzc', (some) => {
    expect(some).toHaveLength(2);
    for (const { metadata } of some) expect(metadata.ownerReferences?.[0]?.uid).toBe(owner.uid);
  });
  const hashes = ['a', 'b'].map((suffix) => sliceHash(`${name}-${suffix}`));
  expect(new Set(found.map(hashOf))).toEqual(new Set(hashes));
  for (const { metadata } of found) {
    expect(metadata.labels).toEqual({
      'multicluster.kubernetes.io/service-name': name,
      'multicluster.kubernetes.io/source-cluster': 'zzzc',
      'endpointslice.kubernetes.io/managed-by': 'member.tombolo.dev',
      'tombolo.dev/source-slice': expect.stringMatching(/^[0-9a-v]{13}$/),
      ...more,
    });
    expect(Object.keys(metadata.annotations ?? {}).sort()).toEqual([
      'tombolo.dev/asserted',
      'tombolo.dev/source',
    ]);
    expect(metadata.ownerReferences).toMatchObject([
      {
        apiVersion: 'multicluster.x-k8s.io/v1beta1',
        kind: 'ServiceImport',
        name,
        uid: owner.uid,
        controller: true,
      },
    ]);
  }
}

function hashOf({ metadata }: IEndpointSlice): string | undefined {
  return metadata.labels?.['tombolo.dev/source-slice'];
}
