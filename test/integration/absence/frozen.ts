import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportedServiceName, exportedServices } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { memberReports, REPORT_NAME } from '#apis/hub/member-report.ts';
import { pod, port, service, slice } from '#test/driver/builders.ts';
import { edit } from '#test/driver/edit.ts';
import { eventually } from '#test/driver/eventually.ts';
import { HandWrittenMember } from '#test/driver/hand-written.ts';
import { derivedService } from '#test/driver/imported.ts';
import { completePictureOf } from '#test/driver/picture.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { says } from '#test/driver/witness.ts';

const NS = 'frozen';

/** `eu` is a source of an import that zzzc is another source of; one story. */
export function frozen(set: OpenedSet): void {
  const zzzc = () => set().member('zzzc');
  const record = { namespace: memberNamespace('eu'), name: exportedServiceName(NS, 'web') };
  let eu: HandWrittenMember;

  beforeAll(async () => {
    eu = await HandWrittenMember.join(set(), 'eu');
    await eu.reports([`${NS}.web`]);
    await eu.exports(NS, 'web', { ports: [port('tcp', 80), port('metrics', 9090)] });
    await zzzc().service(service(NS, 'web', { ports: [port('tcp', 80)] }));
    await zzzc().slice(slice(NS, 'web', 'a', [pod('web-0', '198.18.1.7')]));
    await zzzc().exports(NS, 'web');
    for (const member of set().members) {
      await member.awaitAddresses(NS, 'web', 'zzzc', ['198.18.1.7']);
      await showsPorts(member.id, [80, 9090]);
    }
  });
  afterAll(() => eu?.close());

  it('while a source is neither present nor proven gone, spec and derived Service stay, and only endpoints of sources that are present move', async () => {
    for (const member of set().members) await completePictureOf(member, NS);
    const before = await Promise.all(set().members.map((member) => shapeIn(member.id)));
    const from = set().members.map(({ id }) => set().agent(id).log.length);
    await set().hubAdmin.deletes(exportedServices, record);
    // zzzc knows its own next record at once, and of the end of this one by a watch.
    for (const [index, { id }] of set().members.entries())
      await says(set().agent(id), 'the shape of the import is frozen', from[index]);
    await zzzc().service(service(NS, 'web', { ports: [port('tcp', 80), port('extra', 8080)] }));
    await zzzc().slice(slice(NS, 'web', 'a', [pod('web-0', '198.18.1.17')]));
    for (const member of set().members) await member.awaitAddresses(NS, 'web', 'zzzc', ['198.18.1.17']);
    await eventually('the hub has the new port', async () => {
      const { spec } = await set().hub.get(exportedServices, {
        ...record,
        namespace: memberNamespace('zzzc'),
      });
      expect(spec.ports).toHaveLength(2);
    });
    await set().settle(NS);
    expect(await Promise.all(set().members.map((member) => shapeIn(member.id)))).toEqual(before);
  });

  it('when it is present again, the shape moves', async () => {
    await eu.exports(NS, 'web', { ports: [port('tcp', 80), port('metrics', 9090)] });
    for (const { id } of set().members) await showsPorts(id, [80, 8080, 9090]);
  });

  it('when it is proven gone, it leaves the import, and nothing else does', async () => {
    await edit(set().hub, memberReports, { ...record, name: REPORT_NAME }, (report) => ({
      ...report,
      spec: { ...report.spec, inventory: { sequence: report.spec.inventory.sequence + 1, services: [] } },
    }));
    for (const member of set().members) {
      await showsPorts(member.id, [80, 8080]);
      expect(await member.importedAddresses(NS, 'web', 'zzzc')).toEqual(['198.18.1.17']);
    }
    // A record that such an inventory does not name counts as gone even while it is still there.
    await set().hub.get(exportedServices, record);
  });

  async function showsPorts(id: string, ports: number[]): Promise<void> {
    await set()
      .member(id)
      .awaitImport(NS, 'web', ({ spec }) =>
        expect(spec.ports.map((one) => one.port).sort((a, b) => a - b)).toEqual(ports),
      );
  }

  async function shapeIn(id: string) {
    const found = await set().member(id).awaitImport(NS, 'web');
    const derived = await derivedService(set().member(id), NS, 'web');
    const { uid } = derived?.metadata ?? {};
    return { import: found.metadata.uid, spec: found.spec, derived: uid, served: derived?.spec };
  }
}
