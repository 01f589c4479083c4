import { afterEach, expect, it } from 'vitest';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { memberReports, REPORT_NAME } from '#apis/hub/member-report.ts';
import { leases, NOTHING_LEFT_ANNOTATION } from '#apis/kubernetes/lease.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { HUB_LEASE_NAME } from '#controllers/membership/lease-controller.ts';
import { eventually } from '#test/driver/eventually.ts';
import { HandWrittenMember } from '#test/driver/hand-written.ts';
import { awaitNothingOf } from '#test/driver/imported.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';

const NS = 'removed';

/** Members that are gone for good, of whom no agent is left to say so. */
export function removed(set: OpenedSet): void {
  const admin = () => set().hubAdmin;
  let member: HandWrittenMember;
  let uid: string;

  async function joins(id: string): Promise<void> {
    member = await HandWrittenMember.join(set(), id);
    await member.reports([`${NS}.${id}`]);
    await member.exports(NS, id);
    const report = await set().hub.get(memberReports, { namespace: memberNamespace(id), name: REPORT_NAME });
    uid = report.spec.clusterUID;
    for (const importer of set().members) await importer.awaitImport(NS, id);
  }
  afterEach(() => member?.close());

  it("the admin's statement overrides records that are still present; the hub's controller clears them away", async () => {
    await joins('old');
    await set().stopAgent('hub');
    await admin().removes('old', uid);
    for (const importer of set().members) {
      await awaitNothingOf(importer, NS, 'old');
      await awaitNothingLeft(importer.id);
    }
    expect(await admin().records('old', NS)).toEqual({
      report: [`${NS}.old`],
      services: [`${NS}.old`],
      slices: [],
    });
    set().startHub();
    await eventually('the namespace is empty', async () => {
      expect(await admin().records('old', NS)).toEqual({ report: undefined, services: [], slices: [] });
    });
  });

  it('a cluster whose namespace is gone with all that was in it is still a source, until it is stated to be removed', async () => {
    await joins('lost');
    const namespace = memberNamespace('lost');
    await admin().deletes(exportedServices, { namespace, name: `${NS}.lost` });
    await admin().deletes(memberReports, { namespace, name: REPORT_NAME });
    await set().settle(NS);
    for (const importer of set().members) await importer.awaitImport(NS, 'lost');
    await admin().removes('lost', uid);
    for (const importer of set().members) await awaitNothingOf(importer, NS, 'lost');
  });

  /** Waits until a member says on its Lease that nothing is left of the cluster: only then may the statement go. */
  async function awaitNothingLeft(id: string): Promise<void> {
    await eventually(`${id} says that nothing is left`, async () => {
      const lease = await set().hub.get(leases, { namespace: memberNamespace(id), name: HUB_LEASE_NAME });
      expect(lease.metadata.annotations?.[NOTHING_LEFT_ANNOTATION]?.split(',')).toContain(uid);
    });
  }

  it('the statement is about one cluster: another one under the same id is not removed', async () => {
    await joins('again');
    await admin().removes('again', 'another-cluster');
    await set().settle(NS);
    for (const importer of set().members) await importer.awaitImport(NS, 'again');
    expect(await admin().records('again', NS)).toMatchObject({ services: [`${NS}.again`] });
  });
}

/** The last chapter: nobody exports anything after it. */
export function leaving(set: OpenedSet): void {
  it('ends in an empty report, not in a vanished one', async () => {
    const zzzc = set().member('zzzc');
    const { items } = await zzzc.client.list(serviceExports);
    expect(items.length).toBeGreaterThan(1);
    for (const { metadata } of items) await zzzc.unexports(metadata.namespace ?? '', metadata.name);
    const report = { namespace: memberNamespace('zzzc'), name: REPORT_NAME };
    await eventually('the report is empty and the records are gone', async () => {
      expect((await set().hub.get(memberReports, report)).spec.inventory.services).toEqual([]);
      expect((await set().hub.list(exportedServices, report)).items).toEqual([]);
    });
    for (const { metadata } of items) {
      for (const importer of set().members) {
        await importer.awaitAddresses(metadata.namespace ?? '', metadata.name, 'zzzc', []);
      }
    }
  });
}
