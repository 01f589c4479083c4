import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportedEndpointSlices, type IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServiceName, exportedServices } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { memberReports, REPORT_NAME } from '#apis/hub/member-report.ts';
import type { KubeObject } from '#apis/meta.ts';
import { sliceHash } from '#controllers/endpoints/names.ts';
import { headless, pod, slice } from '#test/driver/builders.ts';
import { edit } from '#test/driver/edit.ts';
import { HandWrittenMember } from '#test/driver/hand-written.ts';
import { awaitRecord, sliceRecordsOf } from '#test/driver/records.ts';
import { sliceRecord } from '#test/driver/slice-names.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';

const NS = 'read';
const EU = 'read-eu';

/** What a reader makes of records, whoever wrote them and in whatever order. */
export function readers(set: OpenedSet): void {
  const shbt = () => set().member('shbt');
  const namespace = memberNamespace(EU);
  const a = { namespace: NS, service: 'web', suffix: 'a' };
  const first: IExportedEndpointSlice['spec']['source'] = { uid: 'one', generation: 5 };
  let eu: HandWrittenMember;

  beforeAll(async () => {
    eu = await HandWrittenMember.join(set(), EU);
    await eu.reports([`${NS}.web`]);
    await eu.exports(NS, 'web');
    await names('a');
    await eu.publishes(a, '198.18.9.5', { source: first });
    await shbt().awaitAddresses(NS, 'web', EU, ['198.18.9.5']);
  });
  afterAll(async () => eu?.close());

  it('a record comes back with the inventory that names it again, though nothing of the record changes', async () => {
    await names('b');
    await shbt().awaitAddresses(NS, 'web', EU, []);
    await names('a', 'b');
    await shbt().awaitAddresses(NS, 'web', EU, ['198.18.9.5']);
  });

  it('a lower generation of the same source slice is ignored', async () => {
    await shows({ uid: 'one', generation: 4 }, '198.18.9.4');
    await set().settle(NS);
    expect(await shbt().importedAddresses(NS, 'web', EU)).toEqual(['198.18.9.5']);
    await shows({ uid: 'one', generation: 6 }, '198.18.9.6');
    await shbt().awaitAddresses(NS, 'web', EU, ['198.18.9.6']);
    // Another slice of the name counts from the start.
    await shows({ uid: 'another', generation: 1 }, '198.18.9.1');
    await shbt().awaitAddresses(NS, 'web', EU, ['198.18.9.1']);
  });

  // Whoever has imported it could prove its end by no report, since none came after it, and kept it.
  it('a record that came after the report, of what is not exported, goes under a report above it, and everywhere', async () => {
    const zzzc = () => set().member('zzzc');
    await zzzc().service(headless(NS, 'late'));
    await zzzc().slice(slice(NS, 'late', 'a', [pod('late-0', '198.18.1.3')]));
    await zzzc().exports(NS, 'late');
    await shbt().awaitAddresses(NS, 'late', 'zzzc', ['198.18.1.3']);
    const service = await awaitRecord(set().hub, 'zzzc', NS, 'late');
    const slices = await sliceRecordsOf(set().hub, 'zzzc', NS, 'late');
    await zzzc().unexports(NS, 'late');
    await shbt().awaitNoImport(NS, 'late');
    await set().settle(NS);

    await set().stopAgent('zzzc');
    const asserted = { ...service.spec.asserted, sequence: Date.now() + 3_600_000 };
    const inventory = { ...service.spec.inventory, sequence: asserted.sequence };
    const again = ({ metadata: { name } }: KubeObject) => ({ namespace: memberNamespace('zzzc'), name });
    await set().hub.create(exportedServices, {
      metadata: again(service),
      spec: { ...service.spec, inventory, asserted },
    });
    for (const held of slices) {
      const spec = { ...held.spec, asserted };
      await set().hub.create(exportedEndpointSlices, { metadata: again(held), spec });
    }
    await shbt().awaitAddresses(NS, 'late', 'zzzc', ['198.18.1.3']);
    set().startAgent('zzzc');
    await shbt().awaitNoImport(NS, 'late');
    await shbt().awaitAddresses(NS, 'late', 'zzzc', []);
    await set().settle(NS);
    expect(await set().hubAdmin.records('zzzc', NS)).toMatchObject({ services: [], slices: [] });
    const report = await set().hub.get(memberReports, {
      namespace: memberNamespace('zzzc'),
      name: REPORT_NAME,
    });
    expect(report.spec.inventory.sequence).toBeGreaterThan(asserted.sequence);
  });

  /** Has an inventory, later than all before, name these slices and no others. */
  async function names(...suffixes: string[]): Promise<void> {
    const slices = suffixes.map((suffix) => sliceHash(`web-${suffix}`)).sort();
    const service = { namespace, name: exportedServiceName(NS, 'web') };
    await edit(set().hub, exportedServices, service, ({ spec, ...held }) => ({
      ...held,
      spec: { ...spec, inventory: { sequence: spec.inventory.sequence + 1, slices } },
    }));
  }

  async function shows(source: typeof first, address: string): Promise<void> {
    const record = { namespace, name: sliceRecord(NS, 'web', 'a') };
    await edit(set().hub, exportedEndpointSlices, record, ({ spec, ...held }) => ({
      ...held,
      spec: { ...spec, source, endpoints: [`${address} RSt`] },
    }));
  }
}
