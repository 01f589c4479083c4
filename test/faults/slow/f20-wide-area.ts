import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { writtenOnHub } from '#test/driver/audit.ts';
import { endpoint, slice } from '#test/driver/builders.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import { allThroughProxies } from '#test/driver/proxied.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import type { Shape } from '#test/proxy/shape.ts';
import { faultKeepingAll } from '../frame/keeping.ts';

const WIDE_AREA: Shape = { delayMs: 250, bytesPerSecond: 1_000_000 / 8 };
const CHANGES = 100;
const PERIOD_MS = 30;

/** Both members are a quarter of a second from the hub, each at the end of a line of a megabit. */
export function wideArea(set: OpenedSet): void {
  faultKeepingAll(
    set,
    'F20',
    '250 ms each way and 1 Mbit/s: changes that wait behind a write become one',
    async (finding) => {
      const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
      const proxies = await allThroughProxies(set());
      await exportsPlain(shbt, 'prod', 'far', '198.18.20.0');
      await zzzc.awaitAddresses('prod', 'far', 'shbt', ['198.18.20.0']);
      await set().settle('prod');
      for (const proxy of proxies) proxy.shape(WIDE_AREA);
      const since = await set().cluster('hub').audit.mark();
      const began = performance.now();
      for (let change = 1; change <= CHANGES; change++) {
        await shbt.slice(slice('prod', 'far', 'a', [endpoint(`198.18.20.${change}`)]));
        await pause(PERIOD_MS);
      }
      const changed = performance.now();
      await zzzc.awaitAddresses('prod', 'far', 'shbt', [`198.18.20.${CHANGES}`]);
      const seen = performance.now();
      const written = await writtenOnHub(set().cluster('hub'), 'shbt', since);
      const writes = written.filter((write) => write.includes('exportedendpointslices')).length;
      // There is one write at a time, and none is over before its reply is back.
      const roundTrips = Math.ceil((seen - began) / (2 * WIDE_AREA.delayMs));
      expect(writes).toBeLessThanOrEqual(roundTrips + 1);
      expect(writes).toBeLessThan(CHANGES);
      finding.records({
        'writes per change over a wide area': writes / CHANGES,
        'last change seen after round trips': Math.round((seen - changed) / (2 * WIDE_AREA.delayMs)),
      });
    },
  );
}
