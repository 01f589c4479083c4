import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { RECONNECT } from '#src/cache/backoff.ts';
import { headless, pod, slice } from '#test/driver/builders.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { statusOf } from '#test/proxy/actions.ts';
import { Deletions } from '../frame/deletions.ts';
import { fault } from '../frame/fault.ts';
import { linkOf } from './link.ts';

const NS = 'storm';
const SECONDS = 60;
const CHANGES_A_SECOND = 200;
const SLICES = 20;
/** The last digits of an address that every slice ends with. */
const LAST = 255;

/**
 * Every second the hub compacts its history, and every watch of the importer ends with 410, as if what it had come to
 * were forgotten by then: a real API server says so only where it has lost its own cache, too.
 */
export function storm(set: OpenedSet): void {
  fault('F11', `every second for a minute, at ${CHANGES_A_SECOND} changes a second`, async (finding) => {
    const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
    await using link = await linkOf(set(), 'shbt');
    await zzzc.service(headless(NS, 'db'));
    await allHave(0);
    await zzzc.exports(NS, 'db');
    await shbt.awaitAddresses(NS, 'db', 'zzzc', addressesOf(0));
    const deletions = await Deletions.since(set());
    link.proxy.requests.length = 0;

    const seen = new Set<string>();
    let made = 0;
    let ended = 0;
    const end = performance.now() + SECONDS * 1_000;
    const changes = async () => {
      while (performance.now() < end) {
        const batch = Array.from({ length: CHANGES_A_SECOND / 10 }, () => made++);
        await Promise.all(batch.map((n) => has(n % SLICES, 1 + (Math.floor(n / SLICES) % (LAST - 1)))));
        await pause(100);
      }
    };
    const gone = async () => {
      while (performance.now() < end) {
        await set().cluster('hub').etcd.compact();
        for (const stream of link.proxy.streams) {
          ended++;
          await stream.send({ type: 'ERROR', object: statusOf(410) });
          stream.end();
        }
        for (const address of await shbt.importedAddresses(NS, 'db', 'zzzc')) seen.add(address);
        await pause(1_000);
      }
    };
    await Promise.all([changes(), gone()]);
    const lists = link.proxy.requests.filter(
      ({ verb, resource }) => verb === 'list' && resource === exportedEndpointSlices.plural,
    ).length;
    // Progress: several states of every slice were seen while it lasted.
    expect(seen.size).toBeGreaterThan(2 * SLICES);
    expect(lists).toBeLessThanOrEqual(mostLists(SECONDS * 1_000));

    await allHave(LAST);
    await shbt.awaitAddresses(NS, 'db', 'zzzc', addressesOf(LAST));
    finding.deleted(await deletions.all());
    finding.records({ changes: made, 'watches ended by 410': ended, 'lists of one kind in a minute': lists });

    async function has(n: number, state: number): Promise<void> {
      await zzzc.slice(slice(NS, 'db', String(n), [pod(`db-${n}`, addressOf(n, state))]));
    }
    async function allHave(state: number): Promise<void> {
      for (let n = 0; n < SLICES; n++) await has(n, state);
    }
  });
}

function addressOf(n: number, state: number): string {
  return `198.18.${10 + n}.${state}`;
}

function addressesOf(state: number): string[] {
  return Array.from({ length: SLICES }, (_, n) => addressOf(n, state));
}

/** How often one kind may be listed in this time: at once after a first failure, then as the back-off allows at least. */
function mostLists(ms: number): number {
  let lists = 1;
  for (let waited = 0, failures = 1; waited <= ms; failures++, lists++) {
    waited += Math.min(RECONNECT.first * 2 ** failures, RECONNECT.cap);
  }
  return lists;
}
