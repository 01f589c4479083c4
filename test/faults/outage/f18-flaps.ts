import { expect } from 'vitest';
import type { FastClock } from '#test/clock/fast-clock.ts';
import { writtenOnHub } from '#test/driver/audit.ts';
import { endpoint, slice } from '#test/driver/builders.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import { allThroughProxies } from '#test/driver/proxied.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import { faultKeepingAll } from '../frame/keeping.ts';
import { listsTaken } from '../streams/hub-watches.ts';

const FLAPS = 30;
const PHASE_MS = 10_000;
/** Of the hub's kinds that a member watches. */
const KINDS = 5;

/**
 * The way to the hub closes for ten seconds, is open for ten, and closes again: ten minutes of the members' `clock`.
 * What they do by then is decided by their own waits alone, so that it may be a fast one.
 */
export function flaps(set: OpenedSet, clock: FastClock): void {
  faultKeepingAll(
    set,
    'F18',
    `${FLAPS} times: each costs a watch of each kind again, no list, and no write more than there are changes`,
    async (finding) => {
      const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
      const proxies = await allThroughProxies(set());
      await exportsPlain(zzzc, 'prod', 'flap', '198.18.18.0');
      await shbt.awaitAddresses('prod', 'flap', 'zzzc', ['198.18.18.0']);
      await set().settle('prod');
      const from = set().members.map(({ id }) => set().agent(id).log.length);
      const since = await set().cluster('hub').audit.mark();
      for (const proxy of proxies) proxy.requests.length = 0;
      for (let flap = 1; flap <= FLAPS; flap++) {
        await Promise.all(proxies.map((proxy) => proxy.mode('refuse')));
        await zzzc.slice(slice('prod', 'flap', 'a', [endpoint(`198.18.18.${flap}`)]));
        await clock.passed(PHASE_MS);
        await Promise.all(proxies.map((proxy) => proxy.mode('pass')));
        await clock.passed(PHASE_MS);
      }
      await shbt.awaitAddresses('prod', 'flap', 'zzzc', [`198.18.18.${FLAPS}`]);
      for (const [n, { id }] of set().members.entries()) {
        expect(listsTaken(set().agent(id), from[n] ?? 0)).toEqual([]);
      }
      const requests = proxies.flatMap((proxy) => proxy.requests);
      const watches = requests.filter(({ verb }) => verb === 'watch').length;
      // One that is reset while it is being opened is one more.
      expect(watches).toBeLessThanOrEqual(2 * KINDS * proxies.length * FLAPS);
      const written = await writtenOnHub(set().cluster('hub'), 'zzzc', since);
      const ofSlices = written.filter((write) => write.includes('exportedendpointslices'));
      expect(ofSlices.length).toBeLessThanOrEqual(FLAPS);
      finding.records({
        'requests of a member per flap': Math.round((10 * requests.length) / proxies.length / FLAPS) / 10,
        'watches of a member per flap': Math.round((10 * watches) / proxies.length / FLAPS) / 10,
        'writes of endpoints for 30 changes': ofSlices.length,
      });
    },
  );
}
