import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportedEndpointSlices, type IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServiceName, exportedServices } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { sliceHash } from '#controllers/endpoints/names.ts';
import { edit } from '#test/driver/edit.ts';
import { HandWrittenMember } from '#test/driver/hand-written.ts';
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
