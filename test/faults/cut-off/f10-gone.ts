import { expect } from 'vitest';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { headless, pod, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { sliceRecordsOf } from '#test/driver/records.ts';
import { importedSlice, sliceRecord } from '#test/driver/slice-names.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { Deletions } from '../frame/deletions.ts';
import { type FaultOptions, fault } from '../frame/fault.ts';
import { linkOf } from './link.ts';

const NS = 'gone';
/** Of its exporter's slices. */
const GONE = 0.3;
/** Hundreds of slices take their time, and looking at them takes some of it away. */
const [DEADLINE_MS, POLL_MS] = [120_000, 250];

/** shbt is cut off; by the time it is back the hub has forgotten how it came from there to here. */
export function gone(set: OpenedSet, count: number, options: FaultOptions = {}): void {
  const what = `${count} slices, of which 30 % go while an importer is cut off and the hub forgets`;
  const body: Parameters<typeof fault>[2] = async (finding) => {
    const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
    const name = `db-${count}`;
    const suffixes = Array.from({ length: count }, (_, n) => String(n));
    const [going, staying] = [suffixes.slice(0, count * GONE), suffixes.slice(count * GONE)];
    await using link = await linkOf(set(), 'shbt');
    await zzzc.service(headless(NS, name));
    for (const suffix of suffixes) {
      await zzzc.slice(slice(NS, name, suffix, [pod(`db-${suffix}`, addressOf(suffix))]));
    }
    await zzzc.exports(NS, name);
    await shows(suffixes);
    const deletions = await Deletions.since(set());

    await link.proxy.mode('refuse');
    for (const suffix of going) await zzzc.deletes(endpointSlices, NS, `${name}-${suffix}`);
    await soon('the hub holds what is left', async () =>
      expect(await sliceRecordsOf(set().hub, 'zzzc', NS, name)).toHaveLength(staying.length),
    );
    expect(await shbt.importedSlices(NS, name, 'zzzc')).toHaveLength(count);
    const { etcd, apiServer } = set().cluster('hub');
    await etcd.compact();
    await apiServer.kill();
    await apiServer.start();
    link.proxy.requests.length = 0;
    const began = performance.now();
    await link.proxy.mode('pass');
    await shows(staying);
    const tookMs = performance.now() - began;
    // Without one its watch would have gone on from where it was, and nothing would have been forgotten. The inventory
    // in the record of their Service may have told of the slices before.
    const lists = await eventually('they are listed', async () => {
      const asked = link.proxy.requests.filter(
        ({ verb, resource }) => verb === 'list' && resource === exportedEndpointSlices.plural,
      );
      expect(asked.length).toBeGreaterThan(0);
      return asked;
    });
    const listedMs = performance.now() - began;

    finding.deleted(await deletions.all(), [
      ...going.map(
        (suffix) => `hub: exportedendpointslices ${memberNamespace('zzzc')}/${sliceRecord(NS, name, suffix)}`,
      ),
      ...set().members.flatMap(({ id }) =>
        going.map((suffix) => `${id}: endpointslices ${NS}/${importedSlice(NS, name, suffix, 'zzzc')}`),
      ),
    ]);
    finding.records({
      'missed deletes': 0,
      [`lists of ${count} slices`]: lists.length,
      [`${count} slices right again, ms`]: Math.round(tookMs),
      [`${count} slices listed, ms`]: Math.round(listedMs),
    });

    async function shows(of: readonly string[]): Promise<void> {
      await soon(`shbt shows ${of.length} slices`, async () =>
        expect(await shbt.importedAddresses(NS, name, 'zzzc')).toEqual(of.map(addressOf).sort()),
      );
    }
  };
  fault('F10', what, body, options);
}

function soon(what: string, check: () => Promise<void>): Promise<void> {
  return eventually(what, check, DEADLINE_MS, POLL_MS);
}

function addressOf(suffix: string): string {
  const n = Number(suffix);
  return `198.18.${10 + (n >> 8)}.${n & 255}`;
}
