import { expect, it } from 'vitest';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { exportedService } from '#test/builders/exporters.ts';
import { endpoint, port, service, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import { awaitTrouble } from '#test/driver/log.ts';
import { awaitRecord } from '#test/driver/records.ts';
import { refuse } from '#test/driver/refuse.ts';
import { sliceRecord } from '#test/driver/slice-names.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';

const NS = 'prod';
const WORDS = 'not on this hub';

/** A hub that refuses some of what a member writes: what it takes goes on. */
export function refused(set: OpenedSet): void {
  const zzzc = () => set().member('zzzc');
  const shbt = () => set().member('shbt');
  const shows = (name: string, addresses: string[]) => shbt().awaitAddresses(NS, name, 'zzzc', addresses);

  it('one slice that the hub refuses leaves no other of its Service behind, and takes nobody’s place', async () => {
    await zzzc().service(service(NS, 'partly'));
    await zzzc().slice(slice(NS, 'partly', 'old', [endpoint('198.18.21.1')]));
    await zzzc().slice(slice(NS, 'partly', 'good', [endpoint('198.18.21.2')]));
    await zzzc().exports(NS, 'partly');
    await shows('partly', ['198.18.21.1', '198.18.21.2']);
    const bad = { namespace: memberNamespace('zzzc'), name: sliceRecord(NS, 'partly', 'bad') };
    const good = { ...bad, name: sliceRecord(NS, 'partly', 'good') };
    const { spec } = await set().hub.get(exportedEndpointSlices, good);
    const such = { spec, metadata: bad };
    const unless = `object.metadata.name != '${bad.name}'`;
    const allow = await refuse(set().cluster('hub'), {
      kind: exportedEndpointSlices,
      such,
      words: WORDS,
      unless,
    });

    await zzzc().slice(slice(NS, 'partly', 'bad', [endpoint('198.18.21.3')]));
    await zzzc().deletes(endpointSlices, NS, 'partly-old');
    await zzzc().slice(slice(NS, 'partly', 'good', [endpoint('198.18.21.4')]));
    await shows('partly', ['198.18.21.4']);
    await eventually('the old record has made room', async () =>
      expect((await set().hubAdmin.records('zzzc', NS)).slices).not.toContain(
        sliceRecord(NS, 'partly', 'old'),
      ),
    );
    await allow();
    await shows('partly', ['198.18.21.3', '198.18.21.4']);
  });

  it('while the hub refuses the shape of an export, its endpoints move on', async () => {
    await zzzc().service(service(NS, 'shaped', { ports: [port('tcp', 5432)] }));
    await zzzc().slice(slice(NS, 'shaped', 'a', [endpoint('198.18.22.1')]));
    await zzzc().exports(NS, 'shaped');
    await shows('shaped', ['198.18.22.1']);
    const plain = exportedService('zzzc', { ports: [{ name: 'tcp', port: 5433, protocol: 'TCP' }] });
    const such = { ...plain, metadata: { namespace: memberNamespace('zzzc'), name: plain.metadata.name } };
    const unless = 'object.spec.ports.all(one, one.port != 5433)';
    const allow = await refuse(set().cluster('hub'), { kind: exportedServices, such, words: WORDS, unless });

    await zzzc().service(service(NS, 'shaped', { ports: [port('tcp', 5433)] }));
    await zzzc().awaitCondition(NS, 'shaped', 'Ready', 'False');
    await zzzc().slice(slice(NS, 'shaped', 'a', [endpoint('198.18.22.2')]));
    await shows('shaped', ['198.18.22.2']);
    await allow();
    await awaitRecord(set().hub, 'zzzc', NS, 'shaped', ({ spec }) => expect(spec.ports[0]?.port).toBe(5433));
  });

  it('a slice that the hub refuses while its export is too large to be sent is tried again, and told of', async () => {
    await exportsPlain(zzzc(), NS, 'laden', '198.18.23.1');
    await shows('laden', ['198.18.23.1']);
    const record = { namespace: memberNamespace('zzzc'), name: sliceRecord(NS, 'laden', 'a') };
    const { spec } = await set().hub.get(exportedEndpointSlices, record);
    const such = { spec, metadata: record };
    const [unless, words] = [`object.metadata.name != '${record.name}'`, 'no news of what is laden'];
    const kind = exportedEndpointSlices;
    const allow = await refuse(set().cluster('hub'), { kind, such, words, unless });

    const exportedAnnotations = { note: 'x'.repeat(70_000) };
    await zzzc().edits(serviceExports, { namespace: NS, name: 'laden' }, (found) => ({
      ...found,
      spec: { exportedAnnotations },
    }));
    await zzzc().awaitCondition(NS, 'laden', 'Ready', 'False', 'Failed');
    await zzzc().slice(slice(NS, 'laden', 'a', [endpoint('198.18.23.2')]));
    await awaitTrouble(set().agent('zzzc'), new RegExp(`${words}.*too large to be sent`, 's'));
    await allow();
    await shows('laden', ['198.18.23.2']);
  });

  it('an export whose old record cannot be deleted yet holds up no other one', async () => {
    for (const [name, address] of [
      ['stuck', '198.18.24.1'],
      ['goes', '198.18.24.2'],
    ] as const) {
      await exportsPlain(zzzc(), NS, name, address);
      await shows(name, [address]);
    }
    const record = { namespace: memberNamespace('zzzc'), name: `${NS}.stuck` };
    const allow = await refuse(set().cluster('hub'), {
      kind: exportedServices,
      such: await set().hub.get(exportedServices, record),
      words: WORDS,
      unless: `oldObject.metadata.name != '${record.name}'`,
      operations: ['DELETE'],
    });

    await zzzc().unexports(NS, 'stuck');
    await shows('stuck', []);
    await zzzc().exports(NS, 'stuck');
    await zzzc().unexports(NS, 'goes');
    await exportsPlain(zzzc(), NS, 'comes', '198.18.24.3');
    await shows('comes', ['198.18.24.3']);
    await shows('goes', []);
    await shows('stuck', []);
    await allow();
    await shows('stuck', ['198.18.24.1']);
  });
}
