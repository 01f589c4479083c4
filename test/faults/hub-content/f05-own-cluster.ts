import { expect } from 'vitest';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { headless, pod, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { sliceRecord } from '#test/driver/slice-names.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { Deletions } from '../frame/deletions.ts';
import { fault } from '../frame/fault.ts';

const NS = 'own-cluster';

/** Generations of its slices are lower than what everybody has seen of them, and its agent is the one to say so. */
export function ownCluster(set: OpenedSet): void {
  const zzzc = () => set().member('zzzc');

  // With revisions as they were no client of it could know; etcd’s own advice is to bump them.
  fault('F05', 'of an exporter’s own cluster: its endpoints go on moving everywhere', async (finding) => {
    const shows = async (address: string) => {
      for (const member of set().members) await member.awaitAddresses(NS, 'db', 'zzzc', [address]);
    };
    await zzzc().service(headless(NS, 'db'));
    await zzzc().slice(slice(NS, 'db', 'a', [pod('db-0', '198.18.1.7')]));
    await zzzc().exports(NS, 'db');
    await shows('198.18.1.7');
    const snapshot = await set().cluster('zzzc').etcd.save();
    for (const address of ['198.18.1.8', '198.18.1.9', '198.18.1.10']) {
      await zzzc().slice(slice(NS, 'db', 'a', [pod('db-0', address)]));
      await shows(address);
    }
    const generation = async () => {
      const key = { namespace: memberNamespace('zzzc'), name: sliceRecord(NS, 'db', 'a') };
      return (await set().hub.get(exportedEndpointSlices, key)).spec.source.generation;
    };
    const before = await generation();
    const deletions = await Deletions.since(set());

    await set().cluster('zzzc').etcd.restore(snapshot, 'bumped');
    await shows('198.18.1.7');
    await zzzc().slice(slice(NS, 'db', 'a', [pod('db-0', '198.18.1.11')]));
    await shows('198.18.1.11');
    await eventually('the hub has the generation that the cluster has', async () =>
      expect(await generation()).toBeLessThan(before),
    );
    finding.deleted(await deletions.all(), []);
  });
}
