import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { endpoint, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import type { FaultProxy } from '#test/proxy/fault-proxy.ts';
import { faultKeepingAll } from '../frame/keeping.ts';
import { failuresOfSliceWatch, listsTaken, watchesAll } from './hub-watches.ts';

/** Longer than undici's own limit of five minutes for a body, and than the shortest life of a watch. */
const QUIET_MS = 6 * 60_000;
/** Twice the limit of silence, where bookmarks are lost as well. */
const DEAD_MS = 3 * 60_000;

/** Both ways of shbt's, to the hub and at home, are quiet: only bookmarks come, and then an event. */
export function silentFor(set: OpenedSet, proxies: () => FaultProxy[]): void {
  faultKeepingAll(
    set,
    'F13',
    'six minutes of nothing on every watch, then one event on each: both arrive (kubernetes-client/javascript 2.0.0 would be blind)',
    async (finding) => {
      const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
      await exportsPlain(zzzc, 'prod', 'quiet', '198.18.13.1');
      await exportsPlain(shbt, 'prod', 'quiet', '198.18.13.11');
      await shbt.awaitAddresses('prod', 'quiet', 'zzzc', ['198.18.13.1']);
      await zzzc.awaitAddresses('prod', 'quiet', 'shbt', ['198.18.13.11']);
      await set().settle('prod');
      const from = set().agent('shbt').log.length;
      for (const { requests } of proxies()) requests.length = 0;
      await pause(QUIET_MS);
      const took = await timed(async () => {
        await zzzc.slice(slice('prod', 'quiet', 'a', [endpoint('198.18.13.2')]));
        await shbt.awaitAddresses('prod', 'quiet', 'zzzc', ['198.18.13.2']);
      });
      const tookHome = await timed(async () => {
        await shbt.slice(slice('prod', 'quiet', 'a', [endpoint('198.18.13.12')]));
        await zzzc.awaitAddresses('prod', 'quiet', 'shbt', ['198.18.13.12']);
      });
      // A watch that the server ends in time is no failure, and no reason for a list.
      expect(failuresOf(set, from)).toEqual([]);
      const lists = proxies().flatMap(({ requests }) => requests.filter(({ verb }) => verb === 'list'));
      expect(lists.map(({ path }) => path)).toEqual([]);
      finding.records({ 'R of a hub event, ms': took, 'R of an own event, ms': tookHome });
    },
  );

  faultKeepingAll(
    set,
    'F12',
    'dead without a word for three minutes of real time: found by the silence, watched anew',
    async (finding) => {
      const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
      const [hub] = proxies();
      if (hub === undefined) throw new Error('unreachable: there are two proxies');
      await watchesAll(hub);
      const agent = set().agent('shbt');
      const from = agent.log.length;
      const began = performance.now();
      await hub.mode('half-open');
      await zzzc.slice(slice('prod', 'quiet', 'a', [endpoint('198.18.13.3')]));
      await eventually(
        'the silence is noticed',
        async () => expect(failuresOfSliceWatch(agent, from).join()).toContain('nothing came for 90 s'),
        DEAD_MS,
      );
      const detected = performance.now() - began;
      await shbt.awaitAddresses('prod', 'quiet', 'zzzc', ['198.18.13.3']);
      expect(listsTaken(agent, from)).toEqual([]);
      finding.records({ 'detected in real time, s': Math.round(detected / 1_000) });
    },
  );
}

function failuresOf(set: OpenedSet, from: number): unknown[] {
  return set()
    .agent('shbt')
    .log.slice(from)
    .filter(({ msg }) => msg === 'watch failed' || msg === 'list failed')
    .map(({ err }) => err);
}

async function timed(task: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await task();
  return Math.round(performance.now() - began);
}
