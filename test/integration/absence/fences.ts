import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServiceName, exportedServices } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { memberReports, REPORT_NAME } from '#apis/hub/member-report.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { deletedByAgent } from '#test/driver/audit.ts';
import { headless, pod, slice } from '#test/driver/builders.ts';
import { edit } from '#test/driver/edit.ts';
import { eventually } from '#test/driver/eventually.ts';
import { marksOfAll } from '#test/driver/of-all.ts';
import { completePictureOf, pictureOf } from '#test/driver/picture.ts';
import { sliceRecord } from '#test/driver/slice-names.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { type FaultProxy, startFaultProxy } from '#test/proxy/fault-proxy.ts';

const NS = 'fenced';
const NOTE = 'example.com/note';

export function fences(set: OpenedSet): void {
  const zzzc = () => set().member('zzzc');
  const shbt = () => set().member('shbt');
  const hub = () => set().hub;
  const namespace = memberNamespace('zzzc');
  const record = (suffix: string) => ({ namespace, name: sliceRecord(NS, 'db', suffix) });
  /** Between zzzc and the hub. */
  let proxy: FaultProxy;

  beforeAll(async () => {
    proxy = await startFaultProxy({ target: set().cluster('hub').kubeconfig });
    const text = await proxy.kubeconfigFor('zzzc', readFileSync(set().files('zzzc').hubKubeconfig, 'utf8'));
    const hubKubeconfig = set().clusters.workspace.write('agent-zzzc-fenced.kubeconfig', text);
    await set().restartAgent('zzzc', { hubKubeconfig });
    await zzzc().service(headless(NS, 'db'));
    await zzzc().slice(slice(NS, 'db', 'a', [pod('db-0', '198.18.1.7')]));
    await zzzc().slice(slice(NS, 'db', 'b', [pod('db-1', '198.18.1.8')]));
    await zzzc().exports(NS, 'db');
    await shbt().awaitAddresses(NS, 'db', 'zzzc', ['198.18.1.7', '198.18.1.8']);
  });
  afterAll(async () => {
    await set().restartAgent('zzzc');
    await proxy?.close();
  });

  it('an update by an agent that is behind is refused, and settled when it has caught up', async () => {
    await isLeftBehind();
    await notes(record('a'));
    await zzzc().slice(slice(NS, 'db', 'a', [pod('db-0', '198.18.1.17')]));
    await isRefused('update');
    proxy.resetConnections();
    await shbt().awaitAddresses(NS, 'db', 'zzzc', ['198.18.1.17', '198.18.1.8']);
    // What somebody else has noted on the record in the meantime is not overwritten.
    const { metadata } = await hub().get(exportedEndpointSlices, record('a'));
    expect(metadata.annotations).toEqual({ [NOTE]: 'theirs' });
  });

  it('a deletion by an agent that is behind is refused, and settled when it has caught up', async () => {
    await isLeftBehind();
    await notes(record('b'));
    await zzzc().deletes(endpointSlices, NS, 'db-b');
    await isRefused('delete');
    expect((await hub().get(exportedEndpointSlices, record('b'))).metadata.name).toBe(record('b').name);
    proxy.resetConnections();
    await shbt().awaitAddresses(NS, 'db', 'zzzc', ['198.18.1.17']);
    await eventually('the record is gone', async () => {
      expect((await set().hubAdmin.records('zzzc', NS)).slices).toEqual([record('a').name]);
    });
  });

  it('own records that somebody edits or deletes are repaired, and what was imported stays', async () => {
    const before = await completePictureOf(shbt(), NS);
    const marks = await marksOfAll(set());
    const service = { namespace, name: exportedServiceName(NS, 'db') };
    const wanted = await specs();
    await edit(hub(), exportedServices, service, (held) => ({
      ...held,
      spec: { ...held.spec, sessionAffinity: 'ClientIP' },
    }));
    await edit(hub(), exportedEndpointSlices, record('a'), (held) => ({
      ...held,
      spec: { ...held.spec, endpoints: [] },
    }));
    await eventually('what was edited is repaired', async () => expect(await specs()).toEqual(wanted));
    await set().hubAdmin.deletes(exportedEndpointSlices, record('a'));
    await eventually('the slice is there again', async () => expect(await specs()).toEqual(wanted));
    await set().hubAdmin.deletes(exportedServices, service);
    await eventually('the Service is there again', async () => expect(await specs()).toEqual(wanted));
    await set().hubAdmin.deletes(memberReports, { namespace, name: REPORT_NAME });
    await eventually('the report is there again', async () => {
      expect((await set().hubAdmin.records('zzzc', NS)).report).toEqual([`${NS}.db`]);
    });
    await set().settle(NS);
    await eventually('shbt shows what it showed before', async () =>
      expect(await pictureOf(shbt(), NS)).toEqual(before),
    );
    for (const { id } of set().members) {
      const deleted = await deletedByAgent(set().cluster(id), marks[id]);
      expect(deleted.filter((what) => !what.includes('/marker-'))).toEqual([]);
    }
  });

  /** From now on zzzc's agent sees no slice record change. */
  async function isLeftBehind(): Promise<void> {
    const stream = await eventually('the watch of slice records is open', async () => {
      const open = proxy.streams.find(({ request }) => request.resource === exportedEndpointSlices.plural);
      if (open === undefined) throw new Error('it is not');
      return open;
    });
    stream.stall();
    proxy.requests.length = 0;
  }

  async function notes(key: { namespace: string; name: string }): Promise<void> {
    await edit(hub(), exportedEndpointSlices, key, (held) => ({
      ...held,
      metadata: { ...held.metadata, annotations: { [NOTE]: 'theirs' } },
    }));
  }

  async function isRefused(verb: 'update' | 'delete'): Promise<void> {
    await eventually(`the ${verb} is refused`, async () => {
      const tried = proxy.requests.filter(
        (request) => request.verb === verb && request.resource === exportedEndpointSlices.plural,
      );
      expect(tried.map(({ status }) => status)).toContain(409);
    });
  }

  /** What zzzc's records say, but for when they were asserted. */
  async function specs(): Promise<unknown[]> {
    const services = (await hub().list(exportedServices, { namespace })).items.map(
      ({ spec: { asserted: _, inventory, ...spec } }) => ({ ...spec, slices: inventory.slices }),
    );
    const slices = (await hub().list(exportedEndpointSlices, { namespace })).items.map(
      ({ spec: { asserted: _, ...spec } }) => spec,
    );
    return [...services, ...slices];
  }
}
