import { expect, it } from 'vitest';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { services } from '#apis/kubernetes/service.ts';
import { type IServiceImport, serviceImports } from '#apis/multicluster/service-import.ts';
import { derivedServiceName } from '#controllers/endpoints/names.ts';
import { headless, port, service } from '#test/driver/builders.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import { awaitTold } from '#test/driver/events.ts';
import { eventually } from '#test/driver/eventually.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import { awaitDerivedService, awaitNothingOf, derivedService } from '#test/driver/imported.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';

export function address(set: OpenedSet): void {
  it('which stays, while exporters come and go, ports change, endpoints are none and agents restart (mcs-api#169)', async () => {
    // https://github.com/kubernetes-sigs/mcs-api/pull/169: the derived Service never got the new ports.
    const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
    await exportsPlain(zzzc, 'prod', 'steady', '198.18.31.1');
    const first = await addresses(set, 'steady');
    const same = async (expected: (found: IServiceImport) => void) => {
      for (const member of set().members) {
        await member.awaitImport('prod', 'steady', expected);
        expect(await addressOf(member, 'steady')).toEqual(first.get(member.id));
      }
    };

    await zzzc.service(service('prod', 'steady', { ports: [port('tcp', 5432), port('metrics', 9187)] }));
    await same(({ spec }) => expect(spec.ports.map((one) => one.name)).toEqual(['tcp', 'metrics']));
    for (const member of set().members) {
      await awaitDerivedService(member, 'prod', 'steady', ({ spec }) =>
        expect(spec?.ports?.map((one) => one.port)).toEqual([5432, 9187]),
      );
    }

    await exportsPlain(shbt, 'prod', 'steady', '198.18.31.2', {
      ports: [port('tcp', 5432), port('metrics', 9187)],
    });
    await same(({ status }) => expect(status?.clusters).toHaveLength(2));
    await zzzc.unexports('prod', 'steady');
    await same(({ status }) => expect(status?.clusters).toEqual([{ cluster: 'shbt' }]));

    await shbt.deletes(endpointSlices, 'prod', 'steady-a');
    for (const member of set().members) await member.awaitAddresses('prod', 'steady', 'shbt', []);
    await set().settle('prod');
    await same(({ status }) => expect(status?.conditions).toMatchObject([{ type: 'Ready', status: 'True' }]));

    await set().stopAgent('zzzc');
    set().startAgent('zzzc');
    await set().settle('prod');
    await same(({ status }) => expect(status?.clusters).toEqual([{ cluster: 'shbt' }]));
  });

  it('which a derived Service that somebody deleted has again when it is made anew', async () => {
    await exportsPlain(set().member('zzzc'), 'prod', 'reclaimed', '198.18.31.11');
    const first = await addresses(set, 'reclaimed');
    // An API server tells of a Service's end a moment before its address is free, so once would prove little.
    for (let round = 0; round < 5; round++) {
      for (const member of set().members) {
        const before = await addressOf(member, 'reclaimed');
        await member.deletes(services, 'prod', derivedServiceName('prod', 'reclaimed'));
        await awaitDerivedService(member, 'prod', 'reclaimed', ({ metadata }) =>
          expect(metadata.uid).not.toBe(before.derived),
        );
        expect((await addressOf(member, 'reclaimed')).ips).toEqual(first.get(member.id)?.ips);
      }
    }
  });

  it('or another, where it has become somebody else’s meanwhile', async () => {
    const shbt = set().member('shbt');
    const { ips } = await addressOf(shbt, 'reclaimed');
    await set().stopAgent('shbt');
    await shbt.deletes(services, 'prod', derivedServiceName('prod', 'reclaimed'));
    await shbt.service(service('prod', 'squatter', { clusterIP: ips[0] ?? '' }));
    set().startAgent('shbt');
    const derived = await awaitDerivedService(shbt, 'prod', 'reclaimed');
    expect(derived.spec?.clusterIPs).not.toEqual(ips);
    await shbt.awaitImport('prod', 'reclaimed', ({ spec, status }) => {
      expect(spec.ips).toEqual(derived.spec?.clusterIPs);
      expect(status?.conditions).toMatchObject([{ type: 'Ready', status: 'True' }]);
    });
    expect(
      (await shbt.client.get(services, { namespace: 'prod', name: 'squatter' })).spec?.clusterIPs,
    ).toEqual(ips);
  });

  it('which is given up when the oldest export makes it headless, and had again after that; both are told (mcs-api#98)', async () => {
    // https://github.com/kubernetes-sigs/mcs-api/pull/98: the import said "None" then.
    const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
    await exportsPlain(zzzc, 'prod', 'flipped', '198.18.31.21');
    await addresses(set, 'flipped');
    await shbt.service(headless('prod', 'flipped'));
    await shbt.exports('prod', 'flipped');
    await shbt.awaitCondition('prod', 'flipped', 'Conflict', 'True', 'TypeConflict');
    await zzzc.unexports('prod', 'flipped');
    for (const member of set().members) {
      const { spec } = await member.awaitImport('prod', 'flipped', (found) =>
        expect(found.spec.type).toBe('Headless'),
      );
      expect(spec.ips ?? []).toEqual([]);
      await awaitTold(
        member,
        serviceImports,
        'prod',
        'flipped',
        'Normal TypeChanged: The oldest export makes this Headless',
      );
    }
    for (const member of [zzzc, shbt]) {
      // bjpdc makes headless derived Services, too.
      await member.awaitImport('prod', 'flipped', ({ status }) =>
        expect(status?.conditions).toMatchObject([{ type: 'Ready', status: 'True' }]),
      );
      // Ready may be what it was before the flip.
      await eventually(`the derived Service is gone in ${member.id}`, async () =>
        expect(await derivedService(member, 'prod', 'flipped')).toBeUndefined(),
      );
    }
    await awaitDerivedService(set().member('bjpdc'), 'prod', 'flipped', ({ spec }) =>
      expect(spec?.clusterIP).toBe('None'),
    );

    await zzzc.exports('prod', 'flipped');
    await zzzc.awaitCondition('prod', 'flipped', 'Ready', 'True', 'Exported');
    await shbt.unexports('prod', 'flipped');
    await addresses(set, 'flipped');
    for (const member of set().members) {
      await awaitTold(
        member,
        serviceImports,
        'prod',
        'flipped',
        'Normal TypeChanged: The oldest export makes this ClusterSetIP',
      );
    }
    await zzzc.unexports('prod', 'flipped');
    for (const member of set().members) await awaitNothingOf(member, 'prod', 'flipped');
  });
}

interface Address {
  ips: string[];
  /** UID of the derived Service that has them. */
  derived: string | undefined;
}

/** Waits until the import has its address in every member, and returns them by member. */
async function addresses(set: OpenedSet, name: string): Promise<Map<string, Address>> {
  const found = new Map<string, Address>();
  for (const member of set().members) {
    await member.awaitImport('prod', name, ({ spec, status }) => {
      expect(spec.type).toBe('ClusterSetIP');
      expect(spec.ips).toHaveLength(1);
      expect(status?.conditions).toMatchObject([{ type: 'Ready', status: 'True' }]);
    });
    found.set(member.id, await addressOf(member, name));
  }
  return found;
}

async function addressOf(member: MemberCluster, name: string): Promise<Address> {
  const { spec } = await member.awaitImport('prod', name);
  const derived = await awaitDerivedService(member, 'prod', name);
  expect(spec.ips).toEqual(derived.spec?.clusterIPs);
  return { ips: spec.ips ?? [], derived: derived.metadata.uid };
}
