import { expect } from 'vitest';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServiceName, exportedServices } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { memberReports, REPORT_NAME } from '#apis/hub/member-report.ts';
import { pod, service, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { idle, LISTENING } from '#test/driver/idle.ts';
import { completePictureOf, pictureOf } from '#test/driver/picture.ts';
import { proxiedToHub } from '#test/driver/proxied.ts';
import { sliceRecord } from '#test/driver/slice-names.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { answer } from '#test/proxy/actions.ts';
import { Deletions } from '../frame/deletions.ts';
import { fault } from '../frame/fault.ts';

const NS = 'withheld';

/** What a member says on the hub is half there: its inventory, or what the inventory is about. */
export function withheld(set: OpenedSet): void {
  const zzzc = () => set().member('zzzc');
  const shbt = () => set().member('shbt');
  const namespace = memberNamespace('zzzc');
  const report = { namespace, name: REPORT_NAME };
  const has = (address: string) => zzzc().slice(slice(NS, 'web', 'a', [pod('web-0', address)]));

  fault('F08', 'a report without records, then records without a report', async (finding) => {
    const { proxy, kubeconfig } = await proxiedToHub(set(), 'zzzc');
    await set().restartAgent('zzzc', { hubKubeconfig: kubeconfig });
    await set().restartAgent('shbt', LISTENING);
    await zzzc().service(service(NS, 'web'));
    await has('198.18.1.1');
    await zzzc().exports(NS, 'web');
    for (const member of set().members) await member.awaitAddresses(NS, 'web', 'zzzc', ['198.18.1.1']);
    const kept = await completePictureOf(shbt(), NS);
    const deletions = await Deletions.since(set());

    // The admin has lost the member's namespace; of what the member writes again only the report gets through.
    const records = [exportedServices.plural, exportedEndpointSlices.plural];
    const noRecords = refuses(records);
    for (const [kind, name] of [
      [exportedEndpointSlices, sliceRecord(NS, 'web', 'a')],
      [exportedServices, exportedServiceName(NS, 'web')],
      [memberReports, REPORT_NAME],
    ] as const) {
      await set().hubAdmin.deletes(kind, { namespace, name });
    }
    await eventually('there is a report again, and no record', async () => {
      expect(noRecords.taken).toBeGreaterThan(0);
      expect(await set().hubAdmin.records('zzzc', NS)).toEqual({
        report: [exportedServiceName(NS, 'web')],
        services: [],
        slices: [],
      });
    });
    await hasReadTheHub('one');
    expect(await pictureOf(shbt(), NS)).toMatchObject(kept);
    noRecords.cancel();
    await has('198.18.1.2');
    await shbt().awaitAddresses(NS, 'web', 'zzzc', ['198.18.1.2']);

    const noReport = refuses([memberReports.plural]);
    await set().hubAdmin.deletes(memberReports, report);
    await zzzc().marks(NS, 'next');
    await eventually('there are records, and no report', async () => {
      expect(noReport.taken).toBeGreaterThan(0);
      expect(await set().hubAdmin.records('zzzc', NS)).toEqual({
        report: undefined,
        services: [exportedServiceName(NS, 'web')],
        slices: [sliceRecord(NS, 'web', 'a')],
      });
    });
    await hasReadTheHub('two');
    expect(await shbt().importedAddresses(NS, 'web', 'zzzc')).toEqual(['198.18.1.2']);
    noReport.cancel();
    await shbt().awaitImport(NS, 'next');
    await has('198.18.1.3');
    await shbt().awaitAddresses(NS, 'web', 'zzzc', ['198.18.1.3']);
    finding.deleted(await deletions.all());
    finding.records({ 'writes withheld': noRecords.taken + noReport.taken });
    for (const { id } of set().members) await set().restartAgent(id);
    await proxy.close();

    function refuses(plurals: readonly string[]) {
      return proxy.script({
        when: ({ verb, resource = '' }) => verb === 'create' && plurals.includes(resource),
        times: Number.POSITIVE_INFINITY,
        action: answer(403),
      });
    }
  });

  /** Waits until shbt has read all that lies on the hub by now, and has nothing left to do about it. */
  async function hasReadTheHub(marker: string): Promise<void> {
    // Its own export is believed as the hub has it only: its watches have come that far.
    await shbt().marks(NS, marker);
    await shbt().awaitImport(NS, marker);
    await shbt().awaitCondition(NS, marker, 'Ready', 'True');
    await idle(set().agent('shbt'));
  }
}
