import { expect } from 'vitest';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { memberReports } from '#apis/hub/member-report.ts';
import { configMaps } from '#apis/kubernetes/config-map.ts';
import { endpointSlices, type IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { services } from '#apis/kubernetes/service.ts';
import type { KubeObject, Resource } from '#apis/meta.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import { headless, pod, service, slice } from '#test/driver/builders.ts';
import type { MemberCluster } from '#test/driver/cluster.ts';
import { eventually } from '#test/driver/eventually.ts';
import { awaitDerivedService } from '#test/driver/imported.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { faultKeepingAll } from '../frame/keeping.ts';
import { COLLECTOR, deletedBy } from './stock-controllers.ts';

const NS = 'owned';
/** No object has it: whatever names it as its owner is garbage to a collector. */
const NOBODY = '00000000-0000-4000-8000-000000000000';

/** The stock garbage collector runs in zzzc and on the hub; shbt has none, so that what is garbage there stays. */
export function owners(set: OpenedSet): void {
  faultKeepingAll(
    set,
    'F31',
    'no owner of another cluster is copied, and the collector finds nothing of ours to delete',
    async (finding) => {
      const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
      for (const member of [zzzc, shbt]) await member.namespace(NS);
      const marks = {
        zzzc: await set().cluster('zzzc').audit.mark(),
        hub: await set().cluster('hub').audit.mark(),
      };
      for (const [name, member] of [
        ['db', shbt],
        ['web', shbt],
        ['db', zzzc],
      ] as const) {
        await member.service(name === 'db' ? headless(NS, name) : service(NS, name));
        const { metadata } = await member.client.get(services, { namespace: NS, name });
        await member.slice(
          owned(slice(NS, name, 'a', [pod('pod-0', addressOf(member, 1))]), name, metadata.uid ?? ''),
        );
        // Not in zzzc, whose collector would rightly take it.
        if (member === shbt)
          await member.slice(owned(slice(NS, name, 'b', [pod('pod-1', addressOf(member, 2))]), name, NOBODY));
        await member.exports(NS, name);
      }
      for (const name of ['db', 'web'])
        await zzzc.awaitAddresses(NS, name, 'shbt', [addressOf(shbt, 1), addressOf(shbt, 2)]);
      await zzzc.awaitAddresses(NS, 'db', 'zzzc', [addressOf(zzzc, 1)]);
      await awaitDerivedService(zzzc, NS, 'web');

      const strangers = await strangersAmong(zzzc);
      expect(strangers).toEqual([]);
      expect(await ownedOnHub()).toEqual([]);
      for (const client of [zzzc.client, set().hub]) await collectorHasPassed(client);
      const collected = {
        zzzc: await deletedBy(set().cluster('zzzc'), COLLECTOR, marks.zzzc),
        hub: await deletedBy(set().cluster('hub'), COLLECTOR, marks.hub),
      };
      const witnesses = ['configmaps default/garbage-1', 'configmaps default/garbage-2'];
      expect(collected).toEqual({ zzzc: witnesses, hub: witnesses });
      for (const name of ['db', 'web'])
        expect(await zzzc.importedAddresses(NS, name, 'shbt')).toEqual([
          addressOf(shbt, 1),
          addressOf(shbt, 2),
        ]);
      finding.records({ 'deletes by the collector': 0, 'foreign owners': strangers.length });
    },
  );

  /** Objects of the imports whose owner is not the import in the same cluster. */
  async function strangersAmong({ client }: MemberCluster): Promise<string[]> {
    const imports = (await client.list(serviceImports, { namespace: NS })).items;
    const uids = new Set(imports.map(({ metadata }) => metadata.uid));
    const kinds: Resource<KubeObject>[] = [endpointSlices, services, serviceImports];
    const lists = await Promise.all(kinds.map((kind) => client.list(kind, { namespace: NS })));
    const foreign = lists
      .flatMap(({ items }) => items)
      .filter(({ metadata }) => !['db-a', 'db'].includes(metadata.name))
      .flatMap(({ metadata }) => (metadata.ownerReferences ?? []).map((owner) => ({ metadata, owner })))
      .filter(({ owner }) => owner.kind !== serviceImports.kind || !uids.has(owner.uid));
    return foreign.map(({ metadata, owner }) => `${metadata.name} is owned by ${owner.kind} ${owner.uid}`);
  }

  /** Records that have an owner at all. */
  async function ownedOnHub(): Promise<string[]> {
    const kinds: Resource<KubeObject>[] = [memberReports, exportedServices, exportedEndpointSlices];
    const lists = await Promise.all(
      kinds.map((kind) => set().hub.list(kind, { namespace: memberNamespace('shbt') })),
    );
    const items = lists.flatMap((list) => list.items);
    expect(items.length).toBeGreaterThan(4);
    return items
      .filter(({ metadata }) => metadata.ownerReferences?.length)
      .map(({ metadata }) => metadata.name);
  }
}

/**
 * Waits until the collector has taken garbage that was made now, and once more: it looks at objects in the order in
 * which it hears of them, and several at a time.
 */
async function collectorHasPassed(client: KubeClient): Promise<void> {
  for (const name of ['garbage-1', 'garbage-2']) {
    const key = { namespace: 'default', name };
    await client.create(configMaps, { metadata: { ...key, ownerReferences: [owner('nobody', NOBODY)] } });
    await eventually(`${name} is collected`, async () => {
      if (await orAbsent(client.get(configMaps, key))) throw new Error('it is still there');
    });
  }
}

function owner(name: string, uid: string) {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

function owned(of: IEndpointSlice, name: string, uid: string): IEndpointSlice {
  return { ...of, metadata: { ...of.metadata, ownerReferences: [owner(name, uid)] } };
}

function addressOf({ id }: MemberCluster, n: number): string {
  return `198.18.${id === 'zzzc' ? 41 : 42}.${n}`;
}
