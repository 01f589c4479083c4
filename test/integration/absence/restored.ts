import { beforeAll, expect, it } from 'vitest';
import { endpointSlices, type IEndpointSlice } from '#apis/kubernetes/endpoint-slice.ts';
import { type IServiceImport, serviceImports } from '#apis/multicluster/service-import.ts';
import type { RevisionMode } from '#test/clusters/provider.ts';
import { deletedByAgent } from '#test/driver/audit.ts';
import { headless, pod, port, service, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { History } from '#test/driver/history.ts';
import { awaitNothingOf } from '#test/driver/imported.ts';
import { completePictureOf, type Picture, pictureOf } from '#test/driver/picture.ts';
import { importedSlice, sliceRecord } from './names.ts';
import { marksOfAll, type Opened } from './shared.ts';

/** In a namespace named for the mode. */
export function restored(set: Opened, mode: RevisionMode): void {
  const zzzc = () => set().member('zzzc');
  const shbt = () => set().member('shbt');
  let before: { picture: Picture; marks: Record<string, number> };
  let slices: History<IEndpointSlice>;
  let imports: History<IServiceImport>;

  beforeAll(async () => {
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
    before = {
      picture: await completePictureOf(shbt(), mode),
      marks: await marksOfAll(set()),
    };
    slices = await History.open(shbt().client, endpointSlices, mode);
    imports = await History.open(shbt().client, serviceImports, mode);
    await set().cluster('hub').etcd.restore(snapshot, mode);
  });

  it('exporters assert again: the hub holds what they stand for, and nothing else', async () => {
    await eventually('zzzc has asserted everything again', async () => {
      expect(await set().hubAdmin.records('zzzc', mode)).toEqual({
        report: [`${mode}.added`, `${mode}.db`],
        services: [`${mode}.added`, `${mode}.db`],
        slices: [sliceRecord(mode, 'db', 'a'), sliceRecord(mode, 'db', 'c')].sort(),
      });
    });
    await set().settle(mode);
  });

  it('imports are kept, and what was exported after the snapshot stays', async () => {
    // The hub is as it was; what its snapshot showed again may still be leaving shbt.
    await eventually('shbt shows what it showed before', async () =>
      expect(await pictureOf(shbt(), mode)).toEqual(before.picture),
    );
    // The slice that went after the snapshot is shown again until its exporter is back; the marker is settle()'s.
    const mayGo = ['/withdrawn', '/marker-', importedSlice(mode, 'db', 'b', 'zzzc')];
    for (const { id } of set().members) {
      const deleted = await deletedByAgent(set().cluster(id), before.marks[id]);
      expect(deleted.filter((what) => !mayGo.some((name) => what.includes(name)))).toEqual([]);
    }
  });

  it('what was unexported after the snapshot disappears again everywhere', async () => {
    for (const member of set().members) await awaitNothingOf(member, mode, 'withdrawn');
  });

  it('neither addresses nor the shape go back meanwhile', async () => {
    await Promise.all([slices.close(), imports.close()]);
    const shown = slices.states
      .flatMap(({ endpoints }) => endpoints ?? [])
      .flatMap(({ addresses }) => addresses);
    expect(shown).not.toContain('198.18.1.7');
    const ports = imports.states
      .filter(({ metadata }) => metadata.name === 'web')
      .map(({ spec }) => spec.ports);
    expect(ports.flat().map(({ port }) => port)).not.toContain(80);
  });

  it('and changes travel as before', async () => {
    await zzzc().slice(slice(mode, 'db', 'a', [pod('db-0', '198.18.1.27')]));
    await shbt().awaitAddresses(mode, 'db', 'zzzc', ['198.18.1.27', '198.18.1.9']);
  });
}
