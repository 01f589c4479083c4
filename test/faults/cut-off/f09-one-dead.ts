import { expect } from 'vitest';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { headless, pod, slice } from '#test/driver/builders.ts';
import { pictureOf } from '#test/driver/picture.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { WatchedSlices } from '#test/driver/watched-slices.ts';
import { hasTakenOver } from '#test/driver/witness.ts';
import { Deletions } from '../frame/deletions.ts';
import { fault } from '../frame/fault.ts';
import { linkOf } from './link.ts';

const NS = 'one-dead';
const CHANGES = 20;

/** zzzc exports, shbt imports and is started anew, bjpdc is as good as dead. */
export function oneDead(set: OpenedSet): void {
  // Who waits for all peers waits for the dead one: https://github.com/cilium/cilium/pull/28440
  fault('F09', "bjpdc's link to the hub is a black hole, and shbt starts", async (finding) => {
    const [zzzc, shbt, bjpdc] = [set().member('zzzc'), set().member('shbt'), set().member('bjpdc')];
    await using link = await linkOf(set(), 'bjpdc');
    const has = (address: string) => zzzc.slice(slice(NS, 'db', 'a', [pod('db-0', address)]));
    await zzzc.service(headless(NS, 'db'));
    await has('198.18.1.1');
    await zzzc.exports(NS, 'db');
    await bjpdc.service(headless(NS, 'db'));
    await bjpdc.slice(slice(NS, 'db', 'a', [pod('db-0', '198.18.3.1')]));
    await bjpdc.exports(NS, 'db');
    await shbt.awaitAddresses(NS, 'db', 'zzzc', ['198.18.1.1']);
    await shbt.awaitAddresses(NS, 'db', 'bjpdc', ['198.18.3.1']);
    const deletions = await Deletions.since(set());
    const watched = await WatchedSlices.open(shbt, NS, 'db');
    const alive = await slowest('198.18.4');
    await has('198.18.1.1');
    await watched.awaitAddress('198.18.1.1');
    const kept = await pictureOf(shbt, NS);

    await link.proxy.mode('blackhole');
    const agent = await set().restartAgent('shbt');
    await hasTakenOver(agent, exportedEndpointSlices);
    const dead = await slowest('198.18.5');
    await has('198.18.1.1');
    await watched.awaitAddress('198.18.1.1');
    expect(await pictureOf(shbt, NS)).toEqual(kept);

    finding.deleted(await deletions.all());
    finding.records({
      [`slowest of ${CHANGES} changes, all alive, ms`]: alive,
      [`slowest of ${CHANGES} changes, one dead, ms`]: dead,
    });
    await watched.close();

    /** Makes changes one after the other, and returns how long the slowest took to be seen. */
    async function slowest(prefix: string): Promise<number> {
      let longest = 0;
      for (let n = 1; n <= CHANGES; n++) {
        const began = performance.now();
        await has(`${prefix}.${n}`);
        await watched.awaitAddress(`${prefix}.${n}`);
        longest = Math.max(longest, performance.now() - began);
      }
      return Math.round(longest);
    }
  });
}
