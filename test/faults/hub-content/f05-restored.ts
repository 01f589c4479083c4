import { expect } from 'vitest';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import type { RevisionMode } from '#test/clusters/provider.ts';
import { headless, pod, port, service, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { History } from '#test/driver/history.ts';
import { awaitNothingOf } from '#test/driver/imported.ts';
import { completePictureOf, pictureOf } from '#test/driver/picture.ts';
import { importedSlice, sliceRecord } from '#test/driver/slice-names.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { Deletions } from '../frame/deletions.ts';
import { fault } from '../frame/fault.ts';

/** In a namespace named for the mode. What the history that is lost had brought is asserted again by its exporters. */
export function restored(set: OpenedSet, mode: RevisionMode): void {
  const zzzc = () => set().member('zzzc');
  const shbt = () => set().member('shbt');

  fault('F05', `${mode} revisions, while everybody runs`, async (finding) => {
    await zzzc().service(headless(mode, 'db'));
    await zzzc().slice(slice(mode, 'db', 'a', [pod('db-0', '198.18.1.7')]));
    await zzzc().slice(slice(mode, 'db', 'b', [pod('db-1', '198.18.1.8')]));
    await zzzc().exports(mode, 'db');
    await zzzc().marks(mode, 'withdrawn');
    await shbt().service(service(mode, 'web', { ports: [port('http', 80)] }));
    await shbt().exports(mode, 'web');
    for (const member of set().members) {
      await member.awaitAddresses(mode, 'db', 'zzzc', ['198.18.1.7', '198.18.1.8']);
      await member.awaitImport(mode, 'withdrawn');
      await member.awaitImport(mode, 'web');
    }
    const snapshot = await set().cluster('hub').etcd.save();

    await zzzc().unexports(mode, 'withdrawn');
    await zzzc().marks(mode, 'added');
    await zzzc().slice(slice(mode, 'db', 'a', [pod('db-0', '198.18.1.17')]));
    await zzzc().deletes(endpointSlices, mode, 'db-b');
    await zzzc().slice(slice(mode, 'db', 'c', [pod('db-2', '198.18.1.9')]));
    await shbt().service(service(mode, 'web', { ports: [port('http', 81)] }));
    for (const member of set().members) {
      await member.awaitAddresses(mode, 'db', 'zzzc', ['198.18.1.17', '198.18.1.9']);
      await awaitNothingOf(member, mode, 'withdrawn');
      await member.awaitImport(mode, 'added');
      await member.awaitImport(mode, 'web', ({ spec }) => expect(spec.ports[0]?.port).toBe(81));
    }
    await recordsAre({ services: [`${mode}.added`, `${mode}.db`], slices: ['a', 'c'] });
    const picture = await completePictureOf(shbt(), mode);
    const slices = await History.open(shbt().client, endpointSlices, mode);
    const imports = await History.open(shbt().client, serviceImports, mode);
    const deletions = await Deletions.since(set());
    await set().cluster('hub').etcd.restore(snapshot, mode);

    const began = performance.now();
    await recordsAre({ services: [`${mode}.added`, `${mode}.db`], slices: ['a', 'c'] });
    // The hub is as it was; what its snapshot showed again may still be leaving shbt.
    await eventually('shbt shows what it showed before', async () =>
      expect(await pictureOf(shbt(), mode)).toEqual(picture),
    );
    for (const member of set().members) await awaitNothingOf(member, mode, 'withdrawn');
    const tookMs = performance.now() - began;

    await zzzc().slice(slice(mode, 'db', 'a', [pod('db-0', '198.18.1.27')]));
    await shbt().awaitAddresses(mode, 'db', 'zzzc', ['198.18.1.27', '198.18.1.9']);
    await Promise.all([slices.caughtUp(), imports.caughtUp()]);
    await Promise.all([slices.close(), imports.close()]);
    // Neither addresses nor the shape went back meanwhile.
    const shown = slices.states
      .flatMap(({ endpoints }) => endpoints ?? [])
      .flatMap(({ addresses }) => addresses);
    expect(shown).not.toContain('198.18.1.7');
    const ports = imports.states
      .filter(({ metadata }) => metadata.name === 'web')
      .map(({ spec }) => spec.ports);
    expect(ports.flat().map(({ port }) => port)).not.toContain(80);

    finding.deleted(await deletions.all(), [
      // What the snapshot showed again goes once more: from the hub, and from those who took it up in between.
      `hub: exportedservices member-zzzc/${mode}.withdrawn`,
      `hub: exportedendpointslices member-zzzc/${sliceRecord(mode, 'db', 'b')}`,
      ...set().members.flatMap(({ id }) => [
        `${id}: serviceimports ${mode}/withdrawn`,
        `${id}: endpointslices ${mode}/${importedSlice(mode, 'db', 'b', 'zzzc')}`,
      ]),
    ]);
    finding.records({ [`converged again (${mode}), ms`]: Math.round(tookMs) });
  });

  /** Waits until the hub holds these of zzzc's, and nothing else. */
  async function recordsAre({ services, slices }: { services: string[]; slices: string[] }): Promise<void> {
    await eventually('the hub holds what zzzc stands for', async () =>
      expect(await set().hubAdmin.records('zzzc', mode)).toEqual({
        report: services,
        services,
        slices: slices.map((suffix) => sliceRecord(mode, 'db', suffix)).sort(),
      }),
    );
  }
}
