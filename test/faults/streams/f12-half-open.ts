import { expect } from 'vitest';
import type { JumpingClock } from '#test/clock/jumping-clock.ts';
import { endpoint, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { exportsPlain } from '#test/driver/exporting.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';
import type { FaultProxy } from '#test/proxy/fault-proxy.ts';
import { faultKeepingAll } from '../frame/keeping.ts';
import { failuresOfSliceWatch, listsTaken, watchesAll } from './hub-watches.ts';

/** Nothing is heard for this long from a watch that lives: API servers send a bookmark about once a minute. */
const SILENCE_LIMIT_S = 90;

/**
 * shbt's connections to the hub die without a word, as behind a firewall that forgets them. Only our own timer can
 * find that out, so shbt's `clock` jumps over the silence; f13-silence.ts sits it out.
 */
export function halfOpen(set: OpenedSet, proxy: () => FaultProxy, clock: JumpingClock): void {
  faultKeepingAll(
    set,
    'F12',
    'found dead after 90 s of silence, watched anew without a list, and what changed meanwhile arrives',
    async (finding) => {
      const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
      await exportsPlain(zzzc, 'prod', 'half', '198.18.1.1');
      await shbt.awaitAddresses('prod', 'half', 'zzzc', ['198.18.1.1']);
      await watchesAll(proxy());
      const agent = set().agent('shbt');
      const from = agent.log.length;
      await proxy().mode('half-open');
      await zzzc.slice(slice('prod', 'half', 'a', [endpoint('198.18.1.2')]));
      await zzzc.awaitAddresses('prod', 'half', 'zzzc', ['198.18.1.2']);
      expect(await shbt.importedAddresses('prod', 'half', 'zzzc')).toEqual(['198.18.1.1']);

      clock.jump(SILENCE_LIMIT_S * 1_000);
      await eventually('the silence is noticed', async () =>
        expect(failuresOfSliceWatch(agent, from).join()).toContain('nothing came for 90 s'),
      );
      await shbt.awaitAddresses('prod', 'half', 'zzzc', ['198.18.1.2']);
      await watchesAll(proxy());
      expect(listsTaken(agent, from)).toEqual([]);
      finding.records({ 'detected within, s': SILENCE_LIMIT_S, 'lists of a dead watch': 0 });
    },
  );
}
